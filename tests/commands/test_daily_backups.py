"""The daily backup of the production guide: proved before older ones go."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "production" / "backup-daily"
OLD = ("quytrinh-2020-01-01.tar", "quytrinh-2020-01-02.tar", "other-2020-01-02.tar")


@pytest.mark.parametrize(
    ("backs_up", "proves", "ends", "goes"),
    [(0, 0, 0, True), (1, 1, 1, True), (2, 0, 2, False), (0, 2, 2, False)],
)
def test_older_backups_go_once_todays_is_proved(
    tmp_path: Path, backs_up: int, proves: int, ends: int, goes: bool
) -> None:
    """1: whole, but the file store had lost files before. 2: nothing was made, or it is damaged."""
    program, folder = tmp_path / "quytrinh", tmp_path / "kept"
    program.write_text(
        f'#!/bin/sh\nif [ "$2" = --verify ]; then exit {proves}; fi\n'
        f'[ {backs_up} -gt 1 ] || echo whole > "$3"\nexit {backs_up}\n'
    )
    program.chmod(0o755)
    folder.mkdir()
    for name in OLD:
        (folder / name).write_text("old")
        os.utime(folder / name, (0, 0))
    environment = {"PATH": "/usr/bin:/bin", "QUYTRINH": str(program)}
    done = subprocess.run([SCRIPT, folder], env=environment, capture_output=True, check=False)
    assert done.returncode == ends, done.stderr
    left = {path.name for path in folder.iterdir()}
    assert (OLD[1] not in left) is goes
    assert {OLD[0], OLD[2]} <= left
    assert len(left - set(OLD)) == (0 if backs_up > 1 else 1)
