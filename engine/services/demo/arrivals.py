"""Dossiers of the other procedures that came in lately, at each kind of counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.clock import HandClock
from engine.persistence.versions import version_in_force
from engine.services import filing
from engine.services.act import Application
from engine.services.demo.making import Moments, Town


@dataclass(frozen=True)
class Arrival:
    """A dossier as it was handed in, so many working days ago."""

    procedure: str
    unit: str
    role: str  # who records it there
    ago: float
    said: Mapping[str, object]
    channel: str = "counter"


ARRIVALS = (
    Arrival(
        "nd131-d62-tu-day",
        "hldn",
        "ttpvhcc-xa",
        2.4,
        {
            "nguoi_co_cong_da_chet": "con_song",
            "nguoi_ho_ten": "Lò Văn Ngạn",
            "nguoi_ngay_sinh": "1946",
            "nguoi_gioi_tinh": "nam",
            "nguoi_que_quan": "xã Hương Lâm Thượng – Đại Nghĩa Tây, tỉnh Lam Sơn",
            "nguoi_thuong_tru": "Thôn Đại Nghĩa, xã Hương Lâm Thượng – Đại Nghĩa Tây",
            "tu_day_tu": "03/1969",
            "tu_day_den": "11/1972",
            "tu_day_noi": "Trại giam tù binh Phú Quốc",
        },
    ),
    Arrival(
        "nd131-d28-tro-cap-tho-cung",
        "tgd",
        "ttpvhcc-xa",
        0.6,
        {
            "de_nghi_tho_cung": "lan_dau",
            "nguoi_ho_ten": "Phí Thị Mận",
            "nguoi_ngay_sinh": "1959",
            "nguoi_gioi_tinh": "nu",
            "nguoi_que_quan": "phường Tân Giang Đông, tỉnh Lam Sơn",
            "nguoi_thuong_tru": "Số 14 ngõ 5 phố Bến Ngự, phường Tân Giang Đông",
            "nguoi_moi_quan_he": "em ruột",
            "ls_ho_ten": "Phí Văn Thược",
            "ls_ngay_sinh": "1950",
            "ls_gioi_tinh": "nam",
            "ls_que_quan": "phường Tân Giang Đông, tỉnh Lam Sơn",
            "ls_ngay_hy_sinh": "1972",
            "ls_cap_bac_chuc_vu": "Hạ sĩ, tiểu đội phó",
            "truong_hop_uy_quyen": "diem_c",
        },
        channel="post",
    ),
    Arrival(
        "nd131-d75-hy-sinh-mat-tich-ngoai-qd-ca",
        "ap",
        "ttpvhcc-xa",
        1.3,
        {
            "truong_hop": "hy_sinh",
            "tu_cach_nguoi_nop": "than_nhan",
            "nguoi_ho_ten": "Đàm Quang Lựu",
            "nguoi_ngay_sinh": "1962",
            "nguoi_gioi_tinh": "nam",
            "nguoi_que_quan": "xã An Phú, tỉnh Lam Sơn",
            "nguoi_thuong_tru": "Thôn Phú Thượng, xã An Phú",
            "nguoi_moi_quan_he": "con đẻ",
            "ls_ho_ten": "Đàm Quang Hoạch",
            "ls_ngay_sinh": "1935",
            "ls_gioi_tinh": "nam",
            "ls_que_quan": "xã An Phú, tỉnh Lam Sơn",
            "ls_ngay_hy_sinh": "1967",
            "ls_cap_bac_chuc_vu": "Dân quân, trung đội trưởng",
            "ls_thuong_tru_truoc": "xã An Phú, tỉnh Lam Sơn",
        },
    ),
    Arrival(
        "nd131-d43-huong-them-che-do",
        "snv",
        "mot-cua-snv",
        0.3,
        {
            "nguoi_ho_ten": "Âu Văn Khiêm",
            "nguoi_ngay_sinh": "1951",
            "nguoi_gioi_tinh": "nam",
            "nguoi_que_quan": "xã An Phú, tỉnh Lam Sơn",
            "nguoi_thuong_tru": "Số 27 đường Lam Kinh, phường Tân Giang Đông",
            "gcn_thuong_binh_so": "LS-04512",
            "gcn_benh_binh_so": "LS-B-00873",
        },
        channel="online",
    ),
)


def arrive(app: Application, clock: HandClock, moments: Moments, town: Town) -> int:
    """Receives those whose procedure is in force in this office; returns how many."""
    arrived = 0
    for number, one in enumerate(ARRIVALS, 1):
        clock.move_to(moments.ago(one.ago))
        unit_id = town.units[one.unit]
        with app.act(town.officers[one.role, unit_id]) as act:
            if version_in_force(act.session, one.procedure, act.today) is None:
                continue
            key = f"demo-khac-{number}"
            filing.file_case(act, one.procedure, unit_id, one.channel, one.said, key)
            arrived += 1
    return arrived
