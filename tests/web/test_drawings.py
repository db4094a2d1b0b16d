"""Redrawn procedures coming in: what is wrong beside the drawing, and what was checked deployed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine.persistence.tables import UploadRow, VersionRow
from engine.services import handed_in, uploading
from tests.factories import QT02, QT02_FILE
from tests.services.test_catalogue import procedure
from tests.web.conftest import title, upload, words
from web.views import findings

NEW = "/thu-tuc/ban-ve-moi"


def changed(*changes: tuple[str, str]) -> bytes:
    text = QT02_FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


BROKEN = changed(
    ('camunda:dueDate="2 ngày làm việc"', 'camunda:dueDate="hai hôm"'),
    ('name="Lãnh đạo UBND cấp xã"', 'name="Lãnh đạo không có"'),
)
LATER = changed(('value="2025-07-01"', 'value="2026-04-01"'))
#: What this engine does not read, and can do without.
DOUBTFUL = LATER.replace(b"<bpmn:userTask ", b'<bpmn:userTask camunda:jobPriority="7" ', 1)


def versions(town):
    with town.act(write=False) as act:
        return act.session.query(VersionRow).all()


def checked(one, name="moi.bpmn", content=LATER, **more):
    """The page that a check leads to."""
    one.get(NEW)
    answer = one.post(f"{NEW}/kiem-tra", files=upload(name, content), **more)
    assert answer.status_code == 303, words(answer)
    return one.get(answer.location)


def kept_key(page):
    return re.search(r'name="kept" value="([^"]+)"', page.text)[1]


def test_all_problems_are_listed_with_place_remedy_and_a_way_to_their_rule(browser, town):
    page = checked(browser("vinh"), "hong.bpmn", BROKEN)
    said = words(page)
    assert "chưa ban hành được" in said
    assert "“hai hôm” không phải là thời hạn hợp lệ" in said
    assert "Không có chức danh nào tên “Lãnh đạo không có”" in said
    assert re.search(r"hong\.bpmn ?, dòng \d+", said)
    assert "Cách sửa:" in said
    assert 'href="/thu-tuc/quy-tac/unknown-lane"' in page.text
    assert len(versions(town)) == 1


def test_findings_and_figures_lead_to_each_other_without_any_script(browser):
    page = checked(browser("vinh"), "hong.bpmn", BROKEN)
    targets = set(re.findall(r'\bid="([^"]+)"', page.text))
    figures = re.findall(r'href="#(ve-1-[^"]+)"', page.text)
    anchors = re.findall(r'href="#(phat-hien-\d+)"', page.text)
    assert {"ve-1-B2"} < set(figures) <= targets
    assert anchors
    assert set(anchors) <= targets
    assert re.search(
        r'<g class="element user-task faulty" data-element="B2" id="ve-1-B2">', page.text
    )
    assert re.search(r'data-lane="[^"]+" class="faulty" id="ve-1-', page.text)  # the lane's figure


def test_a_flow_bears_its_findings_too(browser):
    spoiled = re.sub(rb"\$\{huong_giai_quyet == '[a-z_]+'\}", b"${khong_ai_hoi == 1}", LATER)
    assert spoiled != LATER
    page = checked(browser("vinh"), "luong.bpmn", spoiled)
    flow = re.search(r'data-flow="([^"]+)" class="faulty" id="([^"]+)"', page.text)
    assert flow[2] == f"ve-1-{flow[1]}"
    assert f'data-shows="{flow[2]}"' in page.text


def test_what_is_not_drawn_says_so(browser):
    text = LATER.replace(b'"2026-04-01"', b'"ng\xc3\xa0y m\xe1\xbb\x93ng m\xe1\xbb\x99t"')
    said = words(checked(browser("vinh"), "ngay.bpmn", text))
    assert "Không có hình trên sơ đồ" in said


def test_every_drawing_of_an_upload_has_its_own_picture(browser):
    vinh = browser("vinh")
    vinh.get(NEW)
    answer = vinh.client.post(
        f"{NEW}/kiem-tra",
        data={
            "csrf_token": vinh.token(),
            "files": [upload("mot.bpmn", BROKEN), upload("hai.bpmn", procedure("hai", "la")[1])],
        },
    )
    page = vinh.get(answer.location)
    assert page.text.count('class="drawing"') == 2
    assert 'id="ve-1-B2"' in page.text
    assert 'data-shows="ve-2-' in page.text


def many(count: int) -> bytes:
    """So many steps whose times nobody understands."""
    _name, content = procedure("nhieu", "cv-ncc-xa")
    task = re.search(rb"<(\w+:)?userTask\b.*?(/>|</(\w+:)?userTask>)", content, re.DOTALL)[0]
    assert b' id="' in task
    more = b"".join(
        re.sub(
            rb' id="[^"]+"', f' id="N{number}" camunda:dueDate="mãi mãi"'.encode(), task, count=1
        )
        for number in range(count)
    )
    return content.replace(task, task + more)


def test_hundreds_of_findings_stand_in_groups_that_can_be_chosen(browser):
    vinh = browser("vinh")
    page = checked(vinh, "nhieu.bpmn", many(120))
    numbers = re.findall(r'id="phat-hien-(\d+)"', page.text)
    assert len(numbers) >= 240
    groups = page.text.count('class="findings-group"')
    assert 2 <= groups <= 12
    path = f"{NEW}/da-kiem-tra/{kept_key(page)}"
    by_element = vinh.get(f"{path}?xep=phan-tu")
    assert by_element.text.count('class="findings-group"') >= 120
    one_by_one = vinh.get(f"{path}?xep=lan-luot")
    assert 'class="findings-group"' not in one_by_one.text
    for shown in (by_element, one_by_one):
        assert sorted(re.findall(r'id="phat-hien-(\d+)"', shown.text)) == sorted(numbers)


def test_of_thousands_of_findings_the_first_of_each_rule_are_shown_and_all_counted(browser):
    page = checked(browser("vinh"), "rat-nhieu.bpmn", many(3 * findings.MOST_OF_A_RULE))
    said = words(page)
    total = int(re.search(r"Các phát hiện \((\d+)\)", said)[1])
    numbers = re.findall(r'id="phat-hien-(\d+)"', page.text)
    assert len(numbers) <= findings.MOST < total
    assert f"Chỉ hiện {len(numbers)} phát hiện:" in said
    assert page.text.count('class="findings-group"') >= 3
    assert len(page.data) < 3_000_000


def test_errors_stand_before_warnings(browser):
    both = BROKEN.replace(b"<bpmn:userTask ", b'<bpmn:userTask camunda:jobPriority="7" ', 1)
    page = checked(browser("vinh"), "ca-hai.bpmn", both)
    grave = re.findall(r'<li class="finding (\w+)"', page.text)
    assert grave == sorted(grave)
    assert set(grave) == {"error", "warning"}


def test_what_was_checked_is_deployed_byte_by_byte_without_choosing_it_again(browser, town):
    vinh = browser("vinh")
    page = checked(vinh)
    assert "Ban hành" in words(page)
    answer = vinh.post(f"{NEW}/ban-hanh", kept=kept_key(page), reason="Đã xem")
    assert answer.location == f"/thu-tuc/{QT02}/2"
    assert vinh.get(f"/thu-tuc/{QT02}/2/ban-ve").data == LATER
    with town.act(write=False) as act:
        assert act.session.query(UploadRow).count() == 0
    assert town.app.ports.incoming.keys() == frozenset()


def test_nobody_else_deploys_or_sees_what_one_has_checked(browser, town):
    key = kept_key(checked(browser("vinh")))
    with town.act("vinh") as act:
        row = act.session.get(UploadRow, key)
        row.user_id = town.users["hoa"]
    vinh = browser("vinh")
    vinh.get(NEW)
    assert vinh.post(f"{NEW}/ban-hanh", kept=key).status_code == 404
    answer = vinh.get(f"{NEW}/da-kiem-tra/{key}")
    assert answer.location == NEW
    assert "không còn trên máy chủ" in words(vinh.get(NEW))
    assert len(versions(town)) == 1


def test_of_many_checks_the_last_ones_are_kept_and_they_expire(browser, town):
    vinh = browser("vinh")
    keys = []
    for _ in range(handed_in.MOST + 2):
        keys.append(kept_key(checked(vinh)))
        town.clock.move_to(town.clock.now() + timedelta(minutes=1))
    assert town.app.ports.incoming.keys() == set(keys[2:])
    town.clock.move_to(town.clock.now() + handed_in.LIFETIME)
    assert uploading.expire_round(town.app) is None
    assert town.app.ports.incoming.keys() == frozenset()


def test_files_that_are_gone_from_the_disk_are_asked_for_again(browser, town):
    vinh = browser("vinh")
    key = kept_key(checked(vinh))
    town.app.ports.incoming.drop(key)
    assert vinh.get(f"{NEW}/da-kiem-tra/{key}").location == NEW


def test_a_mended_file_takes_the_place_of_the_one_of_its_name(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    other = procedure("hai", "cv-ncc-xa")
    answer = vinh.client.post(
        f"{NEW}/kiem-tra",
        data={
            "csrf_token": vinh.token(),
            "files": [upload("mot.bpmn", BROKEN), upload("hai.bpmn", other[1])],
        },
    )
    page = vinh.get(answer.location)
    again = checked_again(vinh, page, together="1")
    assert "hai.bpmn, mot.bpmn" in words(again)
    assert "hai hôm" not in words(again)
    alone = checked_again(vinh, page)
    assert "hai.bpmn" not in words(alone)


def checked_again(vinh, page, **more):
    answer = vinh.post(
        f"{NEW}/kiem-tra",
        token=re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1],
        files=upload("mot.bpmn", LATER),
        kept=kept_key(page),
        **more,
    )
    return vinh.get(answer.location)


def test_warnings_ask_for_a_reason_that_is_kept_with_them(browser, town):
    vinh = browser("vinh")
    page = checked(vinh, "la.bpmn", DOUBTFUL)
    said = words(page)
    assert re.search(r"Không có lỗi, có \d+ cảnh báo", said)
    assert "Lý do chấp nhận cảnh báo" in said
    refused = vinh.post(f"{NEW}/ban-hanh", kept=kept_key(page), reason=" ")
    assert refused.status_code == 422
    assert "Hãy ghi lý do chấp nhận" in words(refused)
    answer = vinh.post(f"{NEW}/ban-hanh", kept=kept_key(refused), reason="Lĩnh vực mới, chờ sổ.")
    assert answer.status_code == 302
    shown = words(vinh.get(answer.location))
    assert "Lĩnh vực mới, chờ sổ." in shown
    assert re.search(r"Cảnh báo đã chấp nhận .*jobPriority", shown)
    with town.act(write=False) as act:
        (kept,) = act.session.query(VersionRow).filter_by(number=2).one().accepted
    assert kept["severity"] == "warning"
    assert kept["rule"] in shown
    assert kept["element"]


def test_an_erroneous_drawing_is_not_deployed_and_need_not_be_chosen_again(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    page = vinh.post(f"{NEW}/ban-hanh", files=upload("hong.bpmn", BROKEN), reason="Cứ làm")
    assert page.status_code == 422
    assert "“hai hôm”" in words(page)
    assert vinh.post(f"{NEW}/ban-hanh", kept=kept_key(page), reason="Cứ").status_code == 422
    assert len(versions(town)) == 1


def test_a_redrawn_procedure_becomes_the_next_version(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    answer = vinh.post(f"{NEW}/ban-hanh", files=upload("moi.bpmn", LATER), reason="Đã xem")
    assert answer.status_code == 302
    assert answer.location == f"/thu-tuc/{QT02}/2"
    assert "bản thứ 2" in words(vinh.get(answer.location))
    said = words(vinh.get("/thu-tuc"))
    assert "Bản 2 từ 01/04/2026 · sẽ áp dụng" in said
    assert "Đang áp dụng" in said
    assert "Bản 1 từ 01/07/2025 đến trước 01/04/2026" in said


def test_the_same_drawing_again_makes_no_version(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    answer = vinh.post(
        f"{NEW}/ban-hanh", files=upload(QT02_FILE.name, QT02_FILE.read_bytes()), reason="Lại"
    )
    assert answer.location == f"/thu-tuc/{QT02}/1"
    assert "không có gì thay đổi" in words(vinh.get(answer.location))
    assert len(versions(town)) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rong.bpmn", b""),
        ("xml.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("cat.bpmn", QT02_FILE.read_bytes()[:5000]),
        ("anh.bpmn", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_a_file_that_is_no_drawing_is_explained(browser, town, name, content):
    vinh = browser("vinh")
    page = checked(vinh, name, content)
    assert "Cách sửa:" in words(page)
    assert 'class="drawing"' not in page.text
    page = vinh.post(f"{NEW}/ban-hanh", files=upload(name, content))
    assert page.status_code == 422
    assert "Cách sửa:" in words(page)
    assert len(versions(town)) == 1


def test_other_kinds_of_file_and_no_file_at_all_are_refused(browser):
    vinh = browser("vinh")
    vinh.get(NEW)
    assert vinh.post(f"{NEW}/kiem-tra", files=upload("x.exe", b"MZ")).status_code == 400
    vinh.get(NEW)
    assert vinh.post(f"{NEW}/kiem-tra").status_code == 400


@pytest.mark.parametrize("who", ["hoa", "phuc", "uyen"])
def test_only_analysts_may_check_and_deploy(browser, town, journal, who):
    one = browser(who)
    assert one.get(NEW).status_code == 403
    one.get("/thu-tuc")
    for door in ("kiem-tra", "ban-hanh"):
        answer = one.post(f"{NEW}/{door}", files=upload("moi.bpmn", LATER), reason="Tôi")
        assert answer.status_code == 403
    assert one.get(f"{NEW}/da-kiem-tra/xyz").status_code == 403
    assert len(versions(town)) == 1
    assert len(journal("permission:refused")) == 4


def test_names_in_an_uploaded_drawing_are_never_markup(browser):
    spoiled = changed(
        ('name="Phê duyệt"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"'),
        ('camunda:dueDate="2 ngày làm việc"', 'camunda:dueDate="&lt;b&gt;"'),
    )
    page = checked(browser("vinh"), "<i>.bpmn", spoiled)
    assert "<script>alert" not in page.text
    assert "<b>" not in page.text
    assert "<i>" not in page.text
    assert title(page) == "Kết quả kiểm tra bản vẽ"


def test_a_call_of_a_drawing_that_is_nowhere_is_refused_on_the_page(browser, town):
    vinh = browser("vinh")
    vinh.get(NEW)
    name, content = procedure("goi", "cv-ncc-xa", call="khong-co")
    page = vinh.post(f"{NEW}/ban-hanh", files=upload(name, content), reason="x")
    said = words(page)
    assert page.status_code == 422
    assert "“B” gọi quy trình “khong-co”, không có quy trình này." in said
    assert "hoặc gửi kèm bản vẽ của phần đó." in said
    assert len(versions(town)) == 1
