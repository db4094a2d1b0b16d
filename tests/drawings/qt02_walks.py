"""Every way through Quy trình số 02, as lists of (element, what is answered there).

Answers left out are the form's plainest ones. An element that is a timer is fired.
"""

from __future__ import annotations

from itertools import product

Step = tuple[str, dict[str, object]]
Walk = tuple[list[Step], str]  # the steps, and the end event reached

FILED: list[Step] = [("B1a", {"nguoi_ho_ten": "Nguyễn Thị Hoà", "ls_ho_ten": "Trần Văn Bình"})]
DOSSIER = {"don_mau_16": "ban_chinh", "bang_goc": "ban_chinh", "so_tro_cap": "ban_chinh"}
ACCEPTED: list[Step] = [
    *FILED,
    ("B1b", {"ket_qua_tiep_nhan": "du", "thanh_phan_ho_so": DOSSIER}),
]
NO_GROUNDS_B2: Step = ("B2", {"ket_qua_tham_dinh": "khong_du", "ly_do_khong_du_B2": "Thiếu bằng."})
LEGIBLE: Step = ("B2", {"ket_qua_tham_dinh": "du", "bang_mo_hu_hai": False})
DAMAGED: Step = ("B2", {"ket_qua_tham_dinh": "du", "bang_mo_hu_hai": True})


def agreed(*steps: str) -> list[Step]:
    return [(step, {f"y_kien_{step}": "dong_y"}) for step in steps]


def returned(step: str) -> Step:
    return (step, {f"y_kien_{step}": "tra_lai", f"ly_do_tra_lai_{step}": "Sửa lại tờ trình."})


SIGNED_B5: list[Step] = [*agreed("B3", "B4"), ("B5", {})]
SIGNED_B10: list[Step] = [*agreed("B9"), ("B10", {})]
SIGNED_B14: list[Step] = [*agreed("B13a", "B13b"), ("B14", {})]
SIGNED_B17: list[Step] = [*agreed("B16a", "B16b"), ("B17", {})]

POSTED: list[Step] = [("B6", {}), ("B6_cho", {})]
QUIET: list[Step] = [*POSTED, ("B6_ket_qua", {"co_khieu_nai": "khong"})]
COMPLAINT: list[Step] = [
    *POSTED,
    ("B6_ket_qua", {"co_khieu_nai": "co", "noi_dung_khieu_nai": "Bằng không phải của ông Bình."}),
]
UNFOUNDED: Step = (
    "KN",
    {"ket_luan_khieu_nai": "khong_co_co_so", "noi_dung_xac_minh": "Đã xác minh tại thôn."},
)
FOUNDED: Step = (
    "KN",
    {"ket_luan_khieu_nai": "co_co_so", "noi_dung_xac_minh": "Bằng của người khác."},
)
MET: Step = ("B7", {"ket_luan_hoi_dong": "du"})
MET_NO_GROUNDS: Step = (
    "B7",
    {"ket_luan_hoi_dong": "khong_du", "ly_do_khong_du_B7": "Không đủ người biết việc."},
)

#: Up to the department, by what the commune finds.
COMMUNE: dict[str, list[Step]] = {
    "straight": [*ACCEPTED, LEGIBLE, *SIGNED_B5],
    "damaged": [*ACCEPTED, DAMAGED, *QUIET, MET, ("B8", {}), *SIGNED_B10],
    "damaged, complaint unfounded": [
        *ACCEPTED, DAMAGED, *COMPLAINT, UNFOUNDED, MET, ("B8", {}), *SIGNED_B10,
    ],
}  # fmt: skip

GRANTED: list[Step] = [
    ("B18", {}), ("S2", {}), ("S3", {}), ("B19", {}), ("B20", {}), ("B21", {}), ("B22", {}),
]  # fmt: skip
SENT_BACK: list[Step] = [("TH_so", {}), ("TH_xa_so", {})]
TO_MINISTRY: Step = ("B12", {"huong_giai_quyet": "bo"})
TO_EXPERTS: Step = ("B12", {"huong_giai_quyet": "giam_dinh"})
NO_GROUNDS_B12: Step = (
    "B12",
    {"huong_giai_quyet": "khong_du", "ly_do_khong_du_B12": "Đã được cấp đổi năm 1998."},
)
PROVED: Step = ("B15", {"ket_qua_giam_dinh": "du"})
NOT_PROVED: Step = (
    "B15",
    {"ket_qua_giam_dinh": "khong_du", "ly_do_khong_du_B15": "Không đọc được họ tên."},
)

#: From the department on, by what it finds.
DEPARTMENT: dict[str, Walk] = {
    "ministry": ([("B11", {}), TO_MINISTRY, *SIGNED_B14, *GRANTED], "E1"),
    "experts, proved": (
        [("B11", {}), TO_EXPERTS, *SIGNED_B14, ("S1", {}), PROVED, *SIGNED_B17, *GRANTED],
        "E1",
    ),
    "experts, not proved": (
        [("B11", {}), TO_EXPERTS, *SIGNED_B14, ("S1", {}), NOT_PROVED, *SIGNED_B17, *SENT_BACK],
        "E4",
    ),
    "no grounds": ([("B11", {}), NO_GROUNDS_B12, *SIGNED_B14, *SENT_BACK], "E4"),
}

THROUGH: dict[str, Walk] = {
    f"{here}; {there}": (COMMUNE[here] + DEPARTMENT[there][0], DEPARTMENT[there][1])
    for here, there in product(COMMUNE, DEPARTMENT)
}
ENDED_IN_COMMUNE: dict[str, Walk] = {
    "refused at reception": (
        [*FILED, ("B1b", {"ket_qua_tiep_nhan": "tu_choi", "ly_do_tu_choi": "Không đúng nơi nộp."})],
        "E2",
    ),
    "no grounds at B2": ([*ACCEPTED, NO_GROUNDS_B2, *SIGNED_B5, ("TH_xa", {})], "E5"),
    "no grounds at B7": (
        [*ACCEPTED, DAMAGED, *QUIET, MET_NO_GROUNDS, ("B8", {}), *SIGNED_B10, ("TH_xa", {})],
        "E5",
    ),
    "complaint unfounded, no grounds at B7": (
        [
            *ACCEPTED, DAMAGED, *COMPLAINT, UNFOUNDED, MET_NO_GROUNDS, ("B8", {}),
            *SIGNED_B10, ("TH_xa", {}),
        ],
        "E5",
    ),
    "complaint founded": (
        [*ACCEPTED, DAMAGED, *COMPLAINT, FOUNDED, *SIGNED_B10, ("TH_xa", {})],
        "E3",
    ),
}  # fmt: skip

WAIT_FOR_MORE: Step = (
    "B1b",
    {
        "ket_qua_tiep_nhan": "bo_sung",
        "ly_do_bo_sung": "Thiếu giấy tờ chứng minh thân nhân.",
        "thanh_phan_ho_so": {"don_mau_16": "ban_chinh", "bang_goc": "ban_chinh"},
    },
)
ONE_RETURN: dict[str, Walk] = {
    "supplement": ([*FILED, WAIT_FOR_MORE, *COMMUNE["straight"], *DEPARTMENT["ministry"][0]], "E1"),
    "supplement, then refused": (
        [*FILED, WAIT_FOR_MORE, *ENDED_IN_COMMUNE["refused at reception"][0]],
        "E2",
    ),
    "B3 returns": (
        [*ACCEPTED, LEGIBLE, returned("B3"), LEGIBLE, *SIGNED_B5, *DEPARTMENT["ministry"][0]],
        "E1",
    ),
    "B4 returns, then damaged": (
        [
            *ACCEPTED, LEGIBLE, *agreed("B3"), returned("B4"),
            *COMMUNE["damaged"][len(ACCEPTED):], *DEPARTMENT["ministry"][0],
        ],
        "E1",
    ),
    "B4 returns, then no grounds": (
        [
            *ACCEPTED, LEGIBLE, *agreed("B3"), returned("B4"),
            NO_GROUNDS_B2, *SIGNED_B5, ("TH_xa", {}),
        ],
        "E5",
    ),
    "B9 returns": (
        [
            *ACCEPTED, DAMAGED, *QUIET, MET, ("B8", {}), returned("B9"), ("B8", {}),
            *SIGNED_B10, *DEPARTMENT["ministry"][0],
        ],
        "E1",
    ),
    "B9 returns the refusal": (
        [
            *ACCEPTED, DAMAGED, *COMPLAINT, FOUNDED, returned("B9"), ("B8", {}),
            *SIGNED_B10, ("TH_xa", {}),
        ],
        "E3",
    ),
    "B13a returns": (
        [*COMMUNE["straight"], ("B11", {}), TO_MINISTRY, returned("B13a"),
         *DEPARTMENT["ministry"][0][1:]],
        "E1",
    ),
    "B13b returns, then experts": (
        [*COMMUNE["straight"], ("B11", {}), TO_MINISTRY, *agreed("B13a"), returned("B13b"),
         *DEPARTMENT["experts, proved"][0][1:]],
        "E1",
    ),
    "B16a and B16b return": (
        [
            *COMMUNE["straight"], ("B11", {}), TO_EXPERTS, *SIGNED_B14, ("S1", {}),
            PROVED, returned("B16a"), PROVED, *agreed("B16a"), returned("B16b"),
            PROVED, *SIGNED_B17, *GRANTED,
        ],
        "E1",
    ),
}  # fmt: skip

WALKS: dict[str, Walk] = THROUGH | ENDED_IN_COMMUNE | ONE_RETURN

#: Working days that the steps of a granted walk allow: total, commune, department, ministry.
BUDGETS = {
    "straight; ministry": ("56", "5", "14", "37"),
    "straight; experts, proved": ("61", "5", "19", "37"),
    "damaged; ministry": ("91.5", "40.5", "14", "37"),
    "damaged; experts, proved": ("96.5", "40.5", "19", "37"),
}
