"""The case page tells which moments a dossier waits for, until when, and what happens then."""

from __future__ import annotations

from engine.persistence.tables import TimerRow
from engine.services import timers
from tests.bpmn_execution import drawn
from tests.services.drawings import COUNTER, SPECIALIST, file, publish
from tests.web.conftest import words


def test_a_case_page_lists_what_is_waited_for_beside_the_steps(browser, town):
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", name="Xác minh"),
        drawn.boundary("T", "A", "mỗi 3 ngày làm việc, 2 lần", interrupting=False, kind="Cycle"),
        drawn.boundary("D", "A", "17:00 ngày 20/03/2026", kind="Date"),
        drawn.boundary("U", "A", "${ngay_hen}", interrupting=False, kind="Date"),
        drawn.user("L", name="Đôn đốc"),
        drawn.user("M", name="Gọi điện"),
        drawn.end("E"),
        drawn.end("ED"),
        drawn.end("EL"),
        drawn.end("EM"),
        drawn.line("S", "N", "A", "E"),
        drawn.line("T", "L", "EL"),
        drawn.line("D", "ED"),
        drawn.line("U", "M", "EM"),
        drawn.handler("H", drawn.user("X"), drawn.end("EH"), drawn.line("TH", "X", "EH")),
        lanes={COUNTER: "A", SPECIALIST: "L M X H"},
    )
    case = file(town)
    timers.fire_due(town.app)  # the one without a date is found out
    page = browser("hoa").get(f"/ho-so/{case.id}")
    said = words(page)
    waits = said[said.index("Đang chờ Đến lúc thì hệ thống tự làm") :]
    for told in (
        (
            "Hẹn giờ của “Xác minh” Chờ hết ngày 05/03/2026 · Vì sao ngày này? Khi đó thêm việc "
            "“Đôn đốc”; các việc khác vẫn làm tiếp. Lặp lại: mỗi 3 ngày làm việc, 2 lần."
        ),
        "Chờ đến 20/03/2026 17:00 · Vì sao ngày này? Khi đó “Xác minh” dừng lại, chuyển sang “ED”.",
        (
            "H Chờ hết ngày 01/04/2026 · Vì sao ngày này? Khi đó mọi việc đang mở dừng lại, chuyển "
            "sang “X”."
        ),
        "Chưa biết chờ đến khi nào Hẹn giờ gặp lỗi, quản trị đang xử lý",
    ):
        assert told in waits
    with town.act(write=False) as act:
        dated = act.session.query(TimerRow).filter_by(element="D").one().id
    why = words(browser("hoa").get(f"/ho-so/{case.id}/cho/{dated}/vi-sao"))
    assert "Đúng thời điểm đã ghi trong quy trình hoặc trong hồ sơ; không đếm ngày." in why
    town.at("2026-03-06 08:00")
    timers.fire_due(town.app)
    said = words(browser("hoa").get(f"/ho-so/{case.id}"))
    assert "Hẹn giờ của “Xác minh” Đã đến thời điểm này" in said
    assert "Chờ hết ngày 10/03/2026" in said  # the second lap
