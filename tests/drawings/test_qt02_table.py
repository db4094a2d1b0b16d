"""Quy trình số 02 as drawn is Quy trình số 02 as decided: steps, roles, times, terms."""

from __future__ import annotations

import pytest

from engine.bpmn.expressions import holds
from engine.bpmn.model import Drawing, Kind
from engine.domain.durations import choose, parse_alternatives
from engine.domain.roles import RoleRegister

#: Step → (name, role, time), from the decision's table (mục III).
STEPS = {
    "B1a": ("Nộp hồ sơ", "nguoi-nop", None),
    "B1b": (
        "Kiểm tra, tiếp nhận hồ sơ",
        "ttpvhcc-xa",
        "8 giờ làm việc khi kenh == 'online'; 0,5 ngày làm việc",
    ),
    "B2": ("Thẩm định hồ sơ, đề xuất kết quả giải quyết TTHC", "cv-ncc-xa", "2 ngày làm việc"),
    "B3": ("Xem xét, trình ký", "ld-phong-vhxh", "0,5 ngày làm việc"),
    "B4": ("Phê duyệt", "ld-ubnd-xa", "1 ngày làm việc"),
    "B5": ("Ban hành văn bản", "van-thu-xa", "1 ngày làm việc"),
    "B6": ("Niêm yết công khai", "cv-ncc-xa", None),
    "B6_cho": ("Niêm yết ít nhất 40 ngày", "cv-ncc-xa", "29 ngày làm việc"),
    "B6_ket_qua": ("Lập biên bản kết quả niêm yết", "cv-ncc-xa", "cùng hạn B6_cho"),
    "B7": ("Họp Hội đồng xác nhận người có công", "hd-xn-ncc-xa", "4 ngày làm việc"),
    "B8": ("Tổng hợp, đề xuất", "cv-ncc-xa", "3 ngày làm việc"),
    "B9": ("Phê duyệt", "ld-ubnd-xa", "1 ngày làm việc"),
    "B10": ("Ban hành văn bản", "van-thu-xa", "1 ngày làm việc"),
    "B11": ("Tiếp nhận hồ sơ", "van-thu-snv", "0,5 ngày làm việc"),
    "B12": (
        "Thẩm tra hồ sơ; đề xuất kết quả giải quyết TTHC",
        "cv-ncc-snv",
        "2,5 ngày làm việc",
    ),
    "B13a": ("Xem xét, trình ký", "ld-phong-ncc-snv", "1 ngày làm việc"),
    "B13b": ("Phê duyệt", "ld-snv", "0,5 ngày làm việc"),
    "B14": ("Ban hành văn bản", "van-thu-snv", "0,5 ngày làm việc"),
    "S1": ("Giám định bằng gốc", "cq-giam-dinh", None),
    "B15": ("Tiếp nhận kết quả trưng cầu giám định", "cv-ncc-snv", "2 ngày làm việc"),
    "B16a": ("Xem xét trình ký", "ld-phong-ncc-snv", "1 ngày làm việc"),
    "B16b": ("Phê duyệt", "ld-snv", "1 ngày làm việc"),
    "B17": ("Ban hành văn bản", "van-thu-snv", "1 ngày làm việc"),
    "B18": ("Tiếp nhận hồ sơ của Sở Nội vụ", "bo-noi-vu", "22 ngày làm việc"),
    "S2": ("Trình Thủ tướng Chính phủ", "vpcp", None),
    "S3": ("Ban hành quyết định cấp đổi Bằng “Tổ quốc ghi công”", "ttgcp", None),
    "B19": ("Tiếp nhận Quyết định từ Văn phòng Chính phủ", "bo-noi-vu", "15 ngày làm việc"),
    "B20": ("Tiếp nhận Quyết định và Bằng Tổ quốc ghi công", "cv-ncc-snv", "8,5 ngày làm việc"),
    "B21": ("Trả kết quả", "mot-cua-snv", "0,5 ngày làm việc"),
    "B22": ("Trả kết quả, lưu hồ sơ, thống kê và theo dõi", "ttpvhcc-xa", "theo giấy hẹn"),
}  # fmt: skip
GATEWAYS = {"G1": "ttpvhcc-xa", "G2": "cv-ncc-xa", "G3": "hd-xn-ncc-xa", "G4b": "van-thu-snv"}
LANES = [
    "nguoi-nop", "ttpvhcc-xa", "cv-ncc-xa", "ld-phong-vhxh", "ld-ubnd-xa", "van-thu-xa",
    "hd-xn-ncc-xa", "van-thu-snv", "cv-ncc-snv", "ld-phong-ncc-snv", "ld-snv", "cq-giam-dinh",
    "bo-noi-vu", "vpcp", "ttgcp", "mot-cua-snv",
]  # fmt: skip
#: The project's own additions: the source does not say what happens then.
ADDED = {"KN", "TH_xa", "TH_so", "TH_xa_so"}


@pytest.mark.parametrize("key", STEPS)
def test_a_step_is_drawn_as_the_decision_has_it(
    key: str, qt02: Drawing, roles: RoleRegister
) -> None:
    name, role, due = STEPS[key]
    node = qt02.nodes[key]
    found = roles.find(qt02.lane_name(key) or "")
    assert (node.name, found.id if found else None, node.due) == (name, role, due)


@pytest.mark.parametrize("key", GATEWAYS)
def test_a_gateway_stands_in_its_lane(key: str, qt02: Drawing, roles: RoleRegister) -> None:
    found = roles.find(qt02.lane_name(key) or "")
    assert found is not None
    assert found.id == GATEWAYS[key]


def test_there_is_no_other_work_but_the_marked_additions(qt02: Drawing) -> None:
    works = {Kind.USER_TASK, Kind.RECEIVE_TASK, Kind.TIMER_CATCH}
    drawn = {node.id for node in qt02.nodes.values() if node.kind in works}
    assert drawn == STEPS.keys() | ADDED
    for key in ADDED:
        assert "Bổ sung của dự án (nguồn không quy định)" in qt02.nodes[key].documentation


def test_lanes_follow_the_catalogue(qt02: Drawing, roles: RoleRegister) -> None:
    drawn = [roles.find(lane.name) for lane in qt02.lanes.values()]
    assert [role.id for role in drawn if role] == LANES


def test_each_step_of_the_decision_quotes_it(qt02: Drawing) -> None:
    for key in STEPS.keys() - {"B6_cho"}:
        assert qt02.nodes[key].documentation.startswith("Nguồn – Quy trình số 02, mục III, bước B")


def test_the_clock_stands_still_only_where_the_source_gives_no_time(qt02: Drawing) -> None:
    assert {n.id for n in qt02.nodes.values() if n.clock_paused} == {"KN", "S1", "S2", "S3"}


def test_the_posting_lasts_the_40_days_of_article_23(qt02: Drawing) -> None:
    assert qt02.nodes["B6_cho"].timer == "40 ngày"


def test_specialist_or_head_of_office_may_post_and_draft(qt02: Drawing) -> None:
    both = ("cv-ncc-xa", "ld-phong-vhxh")
    for key in ("B6", "B6_ket_qua", "B8"):
        assert qt02.nodes[key].candidate_groups == both


@pytest.mark.parametrize(
    ("data", "terms"),
    [
        ({}, (56, 5, 14, 37)),
        ({"bang_mo_hu_hai": False, "huong_giai_quyet": "bo"}, (56, 5, 14, 37)),
        ({"bang_mo_hu_hai": True}, (99, 43, 19, 37)),
        ({"bang_mo_hu_hai": False, "huong_giai_quyet": "giam_dinh"}, (99, 43, 19, 37)),
        ({"bang_mo_hu_hai": True, "huong_giai_quyet": "khong_du"}, (99, 43, 19, 37)),
    ],
)
def test_the_terms_are_56_or_99(
    data: dict[str, object], terms: tuple[int, ...], qt02: Drawing
) -> None:
    drawn = [
        qt02.legal_term or "",
        *(qt02.authority_terms[who] for who in ("ubnd-cap-xa", "so-noi-vu", "bo-noi-vu")),
    ]
    chosen = [
        choose(parse_alternatives(text), lambda condition: holds(condition, data)) for text in drawn
    ]
    assert chosen == [f"{days} ngày làm việc" for days in terms]


def test_acceptance_is_the_receptions_decision(qt02: Drawing) -> None:
    assert [n.id for n in qt02.nodes.values() if n.acceptance] == ["B1b"]
    assert qt02.nodes["B1b"].acceptance == "ket_qua_tiep_nhan == 'du'"
