"""The bell, the list behind it, and the pages that notices lead to."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, select

from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.persistence.tables import NoticeRow, PostRow
from engine.services import mail_texts, notifying
from tests.databases import statements
from tests.web.conftest import title, words
from web.views import notices as views


@pytest.fixture
def tell(town):
    """Tells somebody something about a case or a task."""

    def telling(who, text="Nhắc hạn.", kind=Kind.REMINDER, case_id=None, task_id=None, times=1):
        notice = Notice(kind, say("%(text)s", text=text), case_id=case_id, task_id=task_id)
        with town.act() as act:
            for _ in range(times):
                notifying.tell(act, [town.users[who]], notice)

    return telling


def bell(response):
    """What the bell says: `3 chưa đọc` or nothing."""
    [said] = re.findall(r'class="bell push".*?</a>', response.text, re.DOTALL)
    found = re.search(r"(\d+\+?) chưa đọc", said)
    return found[1] if found else ""


def ids(town, who):
    with town.act(write=False) as act:
        return list(
            act.session.scalars(
                select(NoticeRow.id)
                .where(NoticeRow.user_id == town.users[who])
                .order_by(NoticeRow.id)
            )
        )


def test_the_bell_counts_what_is_unread_on_every_page_and_stops_at_99(browser, town, tell):
    hoa = browser("hoa")
    assert bell(hoa.get("/viec")) == ""
    tell("hoa", times=3)
    tell("hanh")
    assert [bell(hoa.get(path)) for path in ("/viec", "/thu-tuc", "/tai-khoan")] == ["3"] * 3
    assert bell(hoa.get("/khong-co-trang-nay")) == "3"
    hoa.get("/tai-khoan")
    wrong = hoa.post("/tai-khoan/mat-khau", current="sai", new="x", again="y")
    assert (wrong.status_code, bell(wrong)) == (422, "3")
    tell("hoa", times=97)
    assert bell(hoa.get("/viec")) == "99+"
    assert 'class="bell' not in browser(None).get("/dang-nhap").text


def test_the_bell_costs_one_statement_and_no_transaction(browser, town, tell):
    hoa = browser("hoa")
    tell("hoa")
    with statements(town.app.database) as sent:
        hoa.get("/thu-tuc")
    assert len([one for one in sent if "notice" in one]) == 1


def test_notices_stand_under_their_day_and_are_read_one_by_one_or_all_at_once(browser, town, tell):
    hoa = browser("hoa")
    assert "Chưa có thông báo nào" in words(hoa.get("/thong-bao"))
    tell("hoa", "Một.")
    town.at("2026-03-03 09:30")
    tell("hoa", "Hai.", Kind.OVERDUE)
    town.at("2026-03-04 10:00")
    tell("hoa", "Ba.", Kind.CALENDAR)
    hoa = browser("hoa")
    said = words(hoa.get("/thong-bao"))
    order = ("Hôm nay, 04/03/2026", "Ba.", "Hôm qua, 03/03/2026", "09:30", "Hai.")
    places = [said.index(text) for text in (*order, "Thứ Hai, 02/03/2026", "Một.")]
    assert places == sorted(places)
    first, second, _ = ids(town, "hoa")
    assert hoa.post(f"/thong-bao/{first}/da-doc", xem="chua-doc").location.endswith("chua-doc")
    unread = words(hoa.get("/thong-bao?xem=chua-doc"))
    assert "Hai." in unread
    assert "Một." not in unread
    hanh = browser("hanh")
    hanh.get("/thong-bao")
    assert hanh.post(f"/thong-bao/{second}/da-doc").status_code == 404
    assert hanh.get(f"/thong-bao/{second}").status_code == 404
    assert bell(hoa.get("/viec")) == "2"
    hoa.get("/thong-bao")
    assert hoa.post("/thong-bao/da-doc").location == "/thong-bao"
    assert "Đã đánh dấu 2 thông báo là đã đọc." in words(hoa.get("/thong-bao"))
    assert "Bạn đã đọc mọi thông báo" in words(hoa.get("/thong-bao?xem=chua-doc"))


def test_pages_of_many_notices_follow_one_another(browser, town, tell):
    for number in range(3):
        tell("hoa", f"Số {number}.", times=1)
    tell("hoa", "Mới.", times=50)
    hoa = browser("hoa")
    first = hoa.get("/thong-bao")
    assert "Số 2." not in words(first)
    [following] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    rest = words(hoa.get(following))
    assert "Số 2." in rest
    assert "Số 0." in rest
    assert hoa.get("/thong-bao?sau=bậy").status_code == 400


def test_opening_the_page_it_leads_to_reads_it(browser, town, tell):
    case_id = town.file()
    task = town.task(case_id, "B1b")
    tell("hoa", "Việc.", case_id=case_id, task_id=task.id)
    tell("hoa", "Hồ sơ.", case_id=case_id)
    tell("hanh", "Việc.", case_id=case_id, task_id=task.id)
    hoa = browser("hoa")
    assert bell(hoa.get(f"/viec/{task.id}")) == "1"  # from wherever, say from a mail
    _, about_case = ids(town, "hoa")
    opened = hoa.get(f"/thong-bao/{about_case}")
    assert opened.location == f"/ho-so/{case_id}"
    assert bell(hoa.get(opened.location)) == ""
    assert bell(browser("hanh").get("/viec")) == "1"


def test_a_notice_of_a_case_that_one_may_no_longer_see_leads_to_a_kind_page(browser, town, tell):
    case_id = town.file()
    tell("hoa", "Hồ sơ sắp đến hạn.", case_id=case_id)
    [notice_id] = ids(town, "hoa")
    with town.act() as act:
        act.session.execute(delete(PostRow).where(PostRow.id == town.posts["hoa"]))
    hoa = browser("hoa")
    page = hoa.get(f"/thong-bao/{notice_id}")
    assert page.status_code == 200
    assert title(page) == "Bạn không còn xem được trang này"
    assert "Hồ sơ sắp đến hạn." in words(page)
    assert bell(page) == ""
    tell("hoa", "Hỏng.", Kind.INCIDENT)
    assert "Bạn không còn" in title(hoa.get(f"/thong-bao/{ids(town, 'hoa')[-1]}"))
    tell("uyen", "Hỏng.", Kind.INCIDENT)
    admin = browser("uyen")
    assert admin.get(f"/thong-bao/{ids(town, 'uyen')[-1]}").location == "/quan-tri/su-co"


def test_links_in_mails_are_addresses_of_this_site(web):
    with web.test_request_context():
        addresses = web.url_map.bind("x")
        for link in (
            mail_texts.task_link("", 1),
            mail_texts.case_link("", 1),
            mail_texts.inbox_link(""),
            mail_texts.notices_link(""),
            mail_texts.overdue_link(""),
            mail_texts.incidents_link(""),
            mail_texts.account_link(""),
        ):
            assert addresses.match(link)


def test_every_kind_has_its_icon_its_words_and_its_subject(web):
    with web.test_request_context():
        assert all(views._kind(kind) for kind in Kind)
    assert set(views.LOOKS) == set(mail_texts.SUBJECTS) == set(Kind)
