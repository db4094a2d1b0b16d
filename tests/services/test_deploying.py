"""Deploying: all or nothing, everything pinned, periods without overlap or hole."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.bpmn.checks.dialect import lengths
from engine.bpmn.findings import Severity
from engine.bpmn.layout import laid_out
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.errors import DrawingRefused, Misuse, NotPermitted
from engine.persistence.tables import (
    CaseRow,
    JournalRow,
    PauseRow,
    ReceiptRow,
    TaskRow,
    TimerRow,
    VersionPartRow,
    VersionRow,
)
from engine.persistence.versions import version_in_force, version_texts, versions
from engine.ports import Form
from engine.services import catalogue, deploying, viewing
from engine.services.deploying import Deployed
from engine.services.sources import Sources
from tests.bpmn_execution import drawn
from tests.factories import QT02, QT02_FILE, World

DRAWING = QT02_FILE.read_text(encoding="utf-8")
NAME = QT02_FILE.name
APPLICANTS, SPECIALIST = "Tổ chức, cá nhân", "cv-ncc-xa"


def deploy(town: World, text: str, reason: str = "Sửa.", *more: tuple[str, bytes]) -> Deployed:
    with town.act("vinh") as act:
        return deploying.deploy(act, [(NAME, text.encode()), *more], reason)[0]


def rules(refused: DrawingRefused) -> set[str]:
    return {finding.rule for finding in refused.findings}  # type: ignore[attr-defined]


def since(day: str) -> str:
    """The drawing in force from another day on."""
    name = 'name="effective_from"'
    return DRAWING.replace(f'{name} value="2025-07-01"', f'{name} value="{day}"')


def test_the_shipped_drawing_has_no_findings(small_town: World) -> None:
    assert deploying.lint(small_town.app, [(NAME, DRAWING.encode())]) == ()


def test_the_same_bytes_make_no_new_version(town: World) -> None:
    again = deploy(town, DRAWING, "")
    assert (again.key, again.number, again.new) == (QT02, 1, False)
    with town.act(write=False) as act:
        assert len(versions(act.session, QT02)) == 1


def test_going_back_to_replaced_bytes_is_refused_with_the_way_to_do_it(town: World) -> None:
    redrawn = DRAWING.replace('"2 ngày làm việc"', '"1,5 ngày làm việc"')
    assert deploy(town, redrawn, "Sửa thời hạn.").number == 2
    with pytest.raises(DrawingRefused) as refused:
        deploy(town, DRAWING, "Quay lại.")
    (finding,) = refused.value.findings
    assert finding.rule == "replaced-before"
    assert "effective_from" in str(finding.remedy)
    assert deploy(town, redrawn, "").new is False


def test_a_later_version_closes_the_open_one(town: World) -> None:
    deployed = deploy(town, since("2026-04-01"), "")
    assert (deployed.number, deployed.new) == (2, True)
    with town.act(write=False) as act:
        second, first = versions(act.session, QT02)
        assert (first.effective_to, second.effective_to) == (date(2026, 4, 1), None)
        for day, number in ((date(2026, 3, 31), 1), (date(2026, 4, 1), 2)):
            row = version_in_force(act.session, QT02, day)
            assert row is not None
            assert row.number == number


def test_a_case_keeps_the_version_it_was_received_under(town: World) -> None:
    old = town.file()
    two, one = (f'camunda:dueDate="{days} ngày làm việc"' for days in ("2", "1,5"))
    changed = since("2026-03-03").replace(two, one)
    deploy(town, changed)
    town.at("2026-03-03 08:00")
    new = town.file()
    for case_id in (old, new):
        town.do(case_id, "B1b")
    assert town.task(old, "B2").due_text == "2 ngày làm việc"
    assert town.task(new, "B2").due_text == "1,5 ngày làm việc"


def test_an_earlier_version_overlaps(small_town: World) -> None:
    with pytest.raises(DrawingRefused) as refused:
        deploy(small_town, since("2025-06-01"))
    assert rules(refused.value) == {"period-overlap"}


def test_a_hole_between_periods_is_refused(small_town: World) -> None:
    closed = DRAWING.replace(
        '<camunda:property name="effective_from" value="2025-07-01" />',
        '<camunda:property name="effective_from" value="2026-04-01" />'
        '<camunda:property name="effective_to" value="2026-06-01" />',
    )
    deploy(small_town, closed)
    with pytest.raises(DrawingRefused) as refused:
        deploy(small_town, since("2026-07-01"))
    assert rules(refused.value) == {"period-hole"}
    assert deploy(small_town, since("2026-06-01")).number == 3


def test_taking_a_versions_place_needs_a_reason(small_town: World) -> None:
    changed = DRAWING.replace("Thẩm định hồ sơ, đề xuất", "Thẩm định, đề xuất")
    with pytest.raises(DrawingRefused) as refused:
        deploy(small_town, changed, " ")
    assert rules(refused.value) == {"period-replaced"}
    deployed = deploy(small_town, changed, "Sửa lỗi chính tả.")
    assert deployed.version.reason == "Sửa lỗi chính tả."
    assert [finding.severity for finding in deployed.findings] == [Severity.WARNING]
    with small_town.act(write=False) as act:
        row = version_in_force(act.session, QT02, date(2026, 3, 2))
        assert row is not None
        assert row.number == 2


def test_a_bad_drawing_is_refused_with_everything_and_nothing_changes(town: World) -> None:
    bad = (
        since("2026-04-01")
        .replace('name="Văn thư UBND cấp xã"', 'name="Thủ thư"')
        .replace("liet-si/tham-dinh-xa", "liet-si/khong-co")
        .replace('camunda:dueDate="1 ngày làm việc"', 'camunda:dueDate="một ngày"', 1)
    )
    with pytest.raises(DrawingRefused) as refused:
        deploy(town, bad)
    assert {"unknown-lane", "unknown-form", "bad-due"} <= rules(refused.value)
    with town.act(write=False) as act:
        assert len(versions(act.session, QT02)) == 1


def test_one_bad_file_refuses_all(small_town: World) -> None:
    files = [(NAME, since("2026-04-01").encode()), ("hong.bpmn", b"<khong phai xml")]
    with pytest.raises(DrawingRefused), small_town.act("vinh") as act:
        deploying.deploy(act, files, "Thử.")
    with small_town.act(write=False) as act:
        assert len(versions(act.session, QT02)) == 1


def test_a_version_pins_every_form_and_an_uploaded_one_comes_first(small_town: World) -> None:
    form = small_town.app.forms_dir / "liet-si" / "tiep-nhan.form"  # type: ignore[operator]
    mine = form.read_text(encoding="utf-8").replace("schemaVersion", "schemaVersion", 1) + "\n"
    deployed = deploy(small_town, since("2026-04-01"), "", ("tiep-nhan.form", mine.encode()))
    with small_town.act(write=False) as act:
        texts = version_texts(act.session, deployed.version.id)
    assert texts.forms["liet-si/tiep-nhan"] == mine
    assert len(texts.forms) == 31


def test_a_changed_form_alone_makes_a_new_version(small_town: World) -> None:
    form = small_town.app.forms_dir / "liet-si" / "tiep-nhan.form"  # type: ignore[operator]
    mine = form.read_text(encoding="utf-8") + "\n"
    deployed = deploy(small_town, DRAWING, "Sửa biểu mẫu.", ("tiep-nhan.form", mine.encode()))
    assert (deployed.number, deployed.new) == (2, True)


def test_a_form_reference_cannot_leave_the_forms_folder(small_town: World, tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    for name in ("secret.form", "forms/mine.form"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    app = small_town.app
    sources = Sources([], app.roles, app.ports.forms, forms_dir=tmp_path / "forms")
    assert sources.form_text("mine") == "{}"
    assert sources.form_text("../secret") is None
    assert sources.form_text(f"{tmp_path}/secret") is None


def test_unreadable_forms_and_unknown_files_are_findings(small_town: World) -> None:
    files = [("x.form", b"{"), ("y.exe", b"MZ"), ("z.dmn", b"<")]
    found = deploying.lint(small_town.app, files)
    assert {finding.file for finding in found} == {"x.form", "y.exe", "z.dmn"}


def test_two_drawings_of_one_procedure_are_refused(small_town: World) -> None:
    with pytest.raises(DrawingRefused) as refused, small_town.act("vinh") as act:
        deploying.deploy(act, [("a.bpmn", DRAWING.encode()), ("b.bpmn", DRAWING.encode())], "x")
    assert "same-key" in rules(refused.value)


def test_forms_alone_are_no_deployment(small_town: World) -> None:
    with pytest.raises(Misuse), small_town.act("vinh") as act:
        deploying.deploy(act, [], "x")


def test_the_procedures_page_shows_versions_and_open_cases(small_town: World) -> None:
    small_town.file()
    with small_town.act("tam", write=False) as act:
        ((entry,), _parts) = catalogue.register(act)
        assert [(one.row.number, one.open_cases) for one in entry.versions] == [(1, 1)]
        assert viewing.version_drawing(act, QT02, 1)[1].key == QT02
        assert viewing.version_source(act, QT02, 1) == (f"{QT02}-1.bpmn", DRAWING.encode())


def test_whatever_the_checks_let_through_fits_its_column() -> None:
    fits = {
        lengths.NAME: (VersionRow.name, TaskRow.name, TimerRow.name),
        lengths.ID: (TaskRow.element, TimerRow.element, JournalRow.element, CaseRow.outcome),
        lengths.KEY: (VersionRow.procedure_key, CaseRow.procedure_key, TaskRow.process),
        lengths.REFERENCE: (VersionPartRow.name,),
        lengths.TERM: (TaskRow.due_text, CaseRow.due_term, ReceiptRow.term),
        lengths.PAUSE: (PauseRow.reason,),
    }
    for limit, columns in fits.items():
        assert all(limit <= column.type.length for column in columns), limit  # type: ignore[attr-defined]
    assert PauseRow.reason.type.length >= lengths.NAME  # type: ignore[attr-defined]


def test_a_name_too_long_for_its_column_is_refused(small_town: World) -> None:
    long = since("2026-04-01").replace("Thẩm định hồ sơ, đề xuất", "Thẩm định hồ sơ " * 20)
    with pytest.raises(DrawingRefused) as refused:
        deploy(small_town, long)
    assert rules(refused.value) == {"too-long"}


# --- drawings that call others -------------------------------------------------------------------

INNER = laid_out(
    drawn.process(
        drawn.start(),
        drawn.user("X", form="goi/don"),
        drawn.end(),
        drawn.line("S", "X", "E"),
        key="goi",
        lanes={SPECIALIST: "X"},
    ),
    "x.bpmn",
)
OUTER = laid_out(
    drawn.process(
        drawn.start(),
        drawn.user("N", form="goi/don"),
        drawn.call("C", "goi"),
        drawn.end(),
        drawn.line("S", "N", "C", "E"),
        key="ngoai",
        lanes={APPLICANTS: "N"},
    ),
    "x.bpmn",
)


def form(title: str) -> bytes:
    head = {"type": "default", "id": "don", "schemaVersion": 18, "title": title}
    field = {"type": "textfield", "id": "T1", "key": "nguoi_ho_ten", "label": "Họ và tên"}
    return json.dumps({**head, "components": [field]}, ensure_ascii=False).encode()


def hand_in(town: World, *files: tuple[str, bytes]) -> Deployed:
    with town.act("vinh") as act:
        return deploying.deploy(act, list(files), "Thử.")[-1]


def test_a_called_drawing_may_be_in_the_database_alone_with_what_it_pins(small_town: World) -> None:
    hand_in(small_town, ("goi.bpmn", INNER), ("goi/don.form", form("Của bản được gọi")))
    own = ("o.bpmn", OUTER.replace(b"goi/don", b"ngoai/don")), ("ngoai/don.form", form("Của mình"))
    with small_town.act("vinh", write=False) as act:
        assert deploying.check(act, own) == ()
    assert deploying.lint(small_town.app, own) == ()
    deployed = hand_in(small_town, *own)
    with small_town.act(write=False) as act:
        texts = version_texts(act.session, deployed.version.id)
    assert texts.called == {"goi": INNER}
    assert "Của bản được gọi" in texts.forms["goi/don"]


def test_a_call_takes_what_is_handed_in_then_what_is_in_force_then_the_folder(
    small_town: World, tmp_path: Path
) -> None:
    (tmp_path / "goi.BPMN").write_bytes(INNER.replace(b'name="X"', b'name="folder"'))
    forms = ("don.form", form("Đơn"))
    app = replace(small_town.app, drawings_dir=tmp_path)
    town = replace(small_town, app=app)
    in_force, handed_in = (INNER.replace(b'name="X"', name) for name in (b'name="1"', b'name="2"'))

    def called(*more: tuple[str, bytes]) -> bytes:
        deployed = hand_in(town, *more, ("o.bpmn", OUTER), ("goi/don.form", form("Đơn")))
        with town.act(write=False) as act:
            return version_texts(act.session, deployed.version.id).called["goi"]

    assert b'name="folder"' in called()
    hand_in(town, ("goi.bpmn", in_force), forms)
    assert called() == in_force
    assert called(("goi.bpmn", handed_in)) == handed_in


def test_checking_says_what_deploying_would_say(small_town: World) -> None:
    files = [(NAME, since("2025-06-01").replace("2 ngày làm việc", "hai hôm").encode())]
    with small_town.act("vinh", write=False) as act:
        checked = deploying.check(act, files)
    with pytest.raises(DrawingRefused) as refused, small_town.act("vinh") as act:
        deploying.deploy(act, files)
    assert checked == refused.value.findings
    assert {"bad-due", "period-overlap"} <= rules(refused.value)
    with small_town.act("vinh", write=False) as act:
        (alone,) = deploying.check(act, [("don.form", form("Đơn"))])
    assert alone.rule == "no-drawing"
    with pytest.raises(NotPermitted), small_town.act("hoa", write=False) as act:
        deploying.check(act, files)


def test_two_files_of_one_name_and_procedure_are_refused(small_town: World) -> None:
    files = [(NAME, since("2026-04-01").encode()), (NAME, since("2026-05-01").encode())]
    with pytest.raises(DrawingRefused) as refused, small_town.act("vinh") as act:
        deploying.deploy(act, files, "x")
    assert "same-file-name" in rules(refused.value)


def test_suffixes_may_be_written_in_capitals(small_town: World) -> None:
    form = small_town.app.forms_dir / "liet-si" / "tiep-nhan.form"  # type: ignore[operator]
    mine = form.read_text(encoding="utf-8") + "\n"
    files = [("QT02.BPMN", since("2026-04-01").encode()), ("TIEP-NHAN.FORM", mine.encode())]
    assert deploying.lint(small_town.app, files) == ()
    files[1] = ("tiep-nhan.FORM", mine.encode())
    deployed = hand_in(small_town, *files)
    with small_town.act(write=False) as act:
        texts = version_texts(act.session, deployed.version.id)
    assert texts.forms["liet-si/tiep-nhan"] == mine


def test_many_drawings_read_and_compile_each_form_once(small_town: World) -> None:
    compiled: list[str] = []

    class Counting:
        def compile(self, text: str) -> Form:
            compiled.append(text)
            return small_town.app.ports.forms.compile(text)

    app = replace(small_town.app, ports=replace(small_town.app.ports, forms=Counting()))
    files = [(f"{n}.bpmn", DRAWING.replace(QT02, f"qt-{n}").encode()) for n in range(5)]
    assert deploying.lint(app, files) == ()
    drawn_forms = {node.form for node in read_drawing(files[0][1], "").nodes.values() if node.form}
    assert len(compiled) == len(drawn_forms)
