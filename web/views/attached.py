"""Links to the stored files of a case, wherever a page names one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for


def links(case_id: int, files: Mapping[str, int]) -> dict[str, str]:
    """The download of each stored file, by its hash; `files` are attachments by hash."""
    return {
        digest: url_for("cases.attachment", case_id=case_id, attachment_id=attachment_id)
        for digest, attachment_id in files.items()
    }


def link_kept(items: Iterable[dict[str, Any]], hrefs: Mapping[str, str]) -> None:
    """Gives the files that a form's items hold already their links, where the case has them."""
    for item in items:
        for file in item.get("kept", ()):
            file["href"] = hrefs.get(file["file"], "")
        link_kept(item.get("items", ()), hrefs)
        for row in item.get("rows", ()):
            link_kept(row["items"], hrefs)
