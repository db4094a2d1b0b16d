"""A dossier goes late, rung by rung: each time another person hears of it, and finds the work."""

from __future__ import annotations

import pytest

from engine.persistence.tables import PostRow
from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser


@pytest.fixture
def kept(offices: Offices) -> str:
    """The code of a dossier that Hanh has taken on Monday at eight, to be done by 13:30.

    Hoa heads the counter, Dung leads the commune, Phuc supervises the province.
    """
    town, hanh = offices.town, offices["hanh"]
    with town.act() as act:
        act.session.get_one(PostRow, town.posts["dung"]).leader = True
    code = town.case(town.file()).code
    hanh.opens(code, steps.RECEPTION)
    hanh.presses("Nhận việc")
    return code


def test_each_rung_is_seen_by_the_right_person(offices: Offices, kept: str) -> None:
    hanh = offices["hanh"]
    rungs = [
        # when, who hears of it, what kind of news, what it says
        ("2026-03-02 11:00", "hanh", "Sắp đến hạn", f"hồ sơ {kept} sắp đến hạn: 02/03/2026 13:30"),
        ("2026-03-02 13:30", "hoa", "Quá hạn", "mà chưa xong. Người giữ: Hanh."),
        ("2026-03-03 13:30", "dung", "Quá hạn", "quá hạn 1 ngày làm việc"),
        ("2026-03-05 13:30", "phuc", "Quá hạn", "quá hạn 3 ngày làm việc"),
    ]
    heard: list[str] = []
    for moment, who, kind, said in rungs:
        offices.at(moment)
        offices.round()
        offices.round()  # a second worker, or the same one again
        heard.append(who.title())
        for name in ("hanh", "hoa", "dung", "phuc"):
            news = offices[name].looks_at_the_bell().all_inner_texts()
            assert len(news) == (name == who), f"{name} at {moment}: {news}"
        told = offices[who]
        assert "1 chưa đọc" in told.bell()
        (news,) = told.looks_at_the_bell().all_inner_texts()
        assert kind in news
        assert said in news
        told.follows("Mở việc")
        assert told.title().startswith(steps.RECEPTION)
        assert "chưa đọc" not in told.bell()
        ladder = told.main.locator("details.ladder")
        assert ladder.locator("li.done").count() == len(heard)
        for line, name in zip(ladder.locator("li.done").all_inner_texts(), heard, strict=True):
            assert f"Đã báo {name}" in line
        assert ladder.locator("li.coming").count() == len(rungs) - len(heard)

    hanh.goes_to("/viec?xem=mine")
    hanh.follows("Làm tiếp", within=hanh.lines(kept))
    steps.accept(hanh)
    assert "Đã hoàn thành" in hanh.completes()
    offices.at("2026-03-06 07:00")
    offices.round()
    assert offices["phuc"].looks_at_the_bell().count() == 0
    phuc = offices["phuc"]
    phuc.finds_case(kept)
    phuc.main.get_by_text("Nhật ký hồ sơ").click()
    assert phuc.lines(steps.RECEPTION).filter(has_text="Hanh").count() >= 1
