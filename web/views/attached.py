"""Links to the stored files of a case, wherever a page names one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.domain.states import StopKind
from engine.services import ending, extending, pausing
from engine.services.viewing import CasePage


def links(case_id: int, files: Mapping[str, int]) -> dict[str, str]:
    """The download of each stored file, by its hash; `files` are attachments by hash."""
    return {
        digest: url_for("cases.attachment", case_id=case_id, attachment_id=attachment_id)
        for digest, attachment_id in files.items()
    }


def purposes(page: CasePage) -> dict[int, str]:
    """What each attachment of a case was handed in for, by its id: a step, or an act's document."""
    acts = {
        pausing.EVIDENCE_FIELD: _("Văn bản tạm dừng tính thời hạn"),
        extending.EVIDENCE_FIELD: _("Văn bản quyết định gia hạn"),
        ending.EVIDENCE_FIELDS[StopKind.STOPPED]: _("Văn bản dừng giải quyết"),
        ending.EVIDENCE_FIELDS[StopKind.WITHDRAWN]: _("Đơn rút hồ sơ"),
    }
    steps = {task.id: task.name for task in page.tasks}
    return {
        file.id: steps.get(file.task_id, "") if file.task_id else acts.get(file.field, "")
        for file in page.attachments
    }


def link_kept(items: Iterable[dict[str, Any]], hrefs: Mapping[str, str]) -> None:
    """Gives the files that a form's items hold already their links, where the case has them."""
    for item in items:
        for file in item.get("kept", ()):
            file["href"] = hrefs.get(file["file"], "")
        link_kept(item.get("items", ()), hrefs)
        for row in item.get("rows", ()):
            link_kept(row["items"], hrefs)
