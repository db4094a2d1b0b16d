"""Who and what the demo shows: units, people and dossiers of a province that does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PROCEDURE = "qt02-cap-doi-bang"
PASSWORD = "demo-2026-quytrinh"  # noqa: S105  public on purpose: demo mode only, printed at start


@dataclass(frozen=True)
class Place:
    """A unit; its code begins the codes of its dossiers."""

    code: str
    name: str
    kind: str
    parent: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody with a post, perhaps standing in for somebody else of the same unit."""

    username: str
    name: str
    unit: str
    role: str
    head: bool = True
    leader: bool = False
    stands_in_for: str | None = None


@dataclass(frozen=True)
class Stop:
    """A step done some working days before the present, and what was answered there."""

    element: str
    ago: float
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Dossier:
    """A dossier: who applies for whom, received where and when, and how far it has come."""

    unit: str
    filed: float  # working days before the present
    applicant: Mapping[str, object]
    stops: tuple[Stop, ...]
    channel: str = "counter"
    claimed: bool = False  # the last open task is on somebody's desk


PLACES = (
    Place("ls", "Ủy ban nhân dân tỉnh Lam Sơn", "ubnd-cap-tinh"),
    Place("snv", "Sở Nội vụ tỉnh Lam Sơn", "so-noi-vu", "ls"),
    Place("ap", "Ủy ban nhân dân xã An Phú", "ubnd-cap-xa", "ls"),
    Place("tgd", "Ủy ban nhân dân phường Tân Giang Đông", "ubnd-cap-xa", "ls"),
    Place("hldn", "Ủy ban nhân dân xã Hương Lâm Thượng – Đại Nghĩa Tây", "ubnd-cap-xa", "ls"),
    Place("bnv", "Bộ Nội vụ", "bo-noi-vu"),
    Place("vpcp", "Văn phòng Chính phủ", "vpcp"),
    Place("ttg", "Thủ tướng Chính phủ", "ttgcp"),
    Place("gd", "Phân viện Khoa học hình sự khu vực Lam Sơn", "cq-giam-dinh"),
)

ANALYST = ("vy.pt", "Phan Thảo Vy")
ADMINISTRATOR = ("khoi.dm", "Đỗ Minh Khôi")

PEOPLE = (
    Person("lan.tt", "Trần Thị Lan", "ap", "ttpvhcc-xa"),
    Person("hieu.nv", "Nguyễn Văn Hiếu", "ap", "ttpvhcc-xa", head=False),
    Person("mai.pt", "Phạm Thị Mai", "ap", "cv-ncc-xa"),
    Person("son.lh", "Lê Hồng Sơn", "ap", "ld-phong-vhxh"),
    Person("thanh.nd", "Nguyễn Đức Thành", "ap", "ld-ubnd-xa", leader=True),
    Person("huong.vt", "Vũ Thị Hương", "ap", "van-thu-xa"),
    Person("tuyen.dv", "Đinh Văn Tuyến", "ap", "hd-xn-ncc-xa"),
    Person("nga.ht", "Hoàng Thị Nga", "tgd", "ttpvhcc-xa"),
    Person("quan.bv", "Bùi Văn Quân", "tgd", "cv-ncc-xa"),
    Person("yen.nt", "Ngô Thị Yến", "tgd", "ttpvhcc-xa", head=False, stands_in_for="quan.bv"),
    Person("dao.tx", "Trịnh Xuân Đào", "tgd", "ld-phong-vhxh"),
    Person("vinh.lq", "Lê Quang Vinh", "tgd", "ld-ubnd-xa", leader=True),
    Person("hoa.ct", "Cao Thị Hoa", "tgd", "van-thu-xa"),
    Person("bao.mv", "Mai Văn Bảo", "tgd", "hd-xn-ncc-xa"),
    Person("phuong.lt", "Lý Thị Phượng", "hldn", "ttpvhcc-xa"),
    Person("dat.hq", "Hồ Quốc Đạt", "hldn", "cv-ncc-xa"),
    Person("loan.tk", "Tạ Kim Loan", "hldn", "ld-phong-vhxh"),
    Person("cuong.pm", "Phùng Mạnh Cường", "hldn", "ld-ubnd-xa", leader=True),
    Person("thu.dt", "Đặng Thị Thu", "hldn", "van-thu-xa"),
    Person("kien.vt", "Võ Trung Kiên", "hldn", "hd-xn-ncc-xa"),
    Person("oanh.lk", "Lương Kiều Oanh", "snv", "van-thu-snv"),
    Person("binh.tn", "Trương Ngọc Bình", "snv", "cv-ncc-snv"),
    Person("ha.nt", "Nguyễn Thu Hà", "snv", "cv-ncc-snv", head=False),
    Person("dung.vq", "Vương Quốc Dũng", "snv", "ld-phong-ncc-snv"),
    Person("minh.la", "Lâm Anh Minh", "snv", "ld-snv", leader=True),
    Person("trang.dh", "Dương Huyền Trang", "snv", "mot-cua-snv", stands_in_for="oanh.lk"),
    Person("giam.nv", "Nghiêm Văn Giám", "ls", "giam-sat", leader=True),
    Person("an.qt", "Quách Thị An", "ap", "giam-sat"),
)

#: Whom `accounts()` names first: one of each kind, in the order in which a dossier meets them.
FIRST = ("lan.tt", "mai.pt", "thanh.nd", "binh.tn", "minh.la", "giam.nv", "vy.pt", "khoi.dm")


def _applicant(
    name: str, born: str, kin: str, martyr: str, died: str, village: str, **more: object
) -> dict[str, object]:
    return {
        "nguoi_ho_ten": name,
        "nguoi_ngay_sinh": born,
        "nguoi_moi_quan_he": kin,
        "nguoi_thuong_tru": village,
        "de_nghi_cap": "cap_doi",
        "ly_do_de_nghi": "Bằng đã cũ.",
        "ls_ho_ten": martyr,
        "ls_ngay_hy_sinh": died,
        "ls_que_quan": village,
        "than_nhan": [{"ho_ten": name, "ngay_sinh": born, "moi_quan_he": kin}],
        **more,
    }


_DAMAGED = {"bang_mo_hu_hai": True}
_EXPERTS = {
    "huong_giai_quyet": "giam_dinh",
    "co_quan_giam_dinh": "Phân viện Khoa học hình sự khu vực Lam Sơn",
}


def _commune(*days: float) -> tuple[Stop, ...]:
    """Reception to dispatch on the straight way, as far as there are days."""
    return tuple(map(Stop, ("B1b", "B2", "B3", "B4", "B5"), days))


def _province(*days: float, **said: object) -> tuple[Stop, ...]:
    elements = ("B11", "B12", "B13a", "B13b", "B14")
    return tuple(Stop(element, ago, said) for element, ago in zip(elements, days, strict=False))


DOSSIERS = (
    # Finished on the straight way, within its term.
    Dossier(
        "ap",
        66.2,
        _applicant("Nguyễn Thị Thơm", "1951", "con", "Nguyễn Văn Lực", "1968-02", "Xóm Đình"),
        (
            *_commune(65.8, 64, 63.7, 62.9, 62.2),
            *_province(61.8, 59.6, 58.8, 58.4, 58),
            *map(
                Stop,
                ("B18", "S2", "S3", "B19", "B20", "B21", "B22"),
                (38.5, 33, 28, 15, 7.2, 6.8, 5.6),
            ),
        ),
    ),
    # The certificates have come: the province notes them, and is late with it.
    Dossier(
        "tgd",
        58.3,
        _applicant("Phan Văn Chiến", "1949-11", "em", "Phan Văn Thắng", "1972", "Tổ 3"),
        (
            *_commune(57.7, 56, 55.6, 54.8, 54),
            *_province(53.6, 51.4, 50.6, 50.2, 49.8),
            *map(Stop, ("B18", "S2", "S3", "B19"), (30, 27, 23, 9.4)),
        ),
        claimed=True,
    ),
    # Before the Prime Minister: the clock stands still.
    Dossier(
        "ap",
        47.2,
        _applicant("Đào Thị Nhung", "1944", "vợ", "Vũ Đình Khoát", "1970-08-21", "Xóm Trại"),
        (
            *_commune(46.6, 45, 44.5, 43.8, 43),
            *_province(42.7, 40.5, 39.8, 39.3, 38.9),
            Stop("B18", 17.5),
            Stop("S2", 12),
        ),
    ),
    # A complaint during the posting: the chairman verifies.
    Dossier(
        "hldn",
        45.1,
        _applicant("Lò Văn Pháng", "1960", "con", "Lò Văn Ín", "1967", "Bản Nà Hin", **_DAMAGED),
        (
            Stop("B1b", 44.7, _DAMAGED),
            Stop("B2", 43, _DAMAGED),
            Stop("B6", 42),
            Stop(
                "B6_ket_qua",
                4,
                {
                    "co_khieu_nai": "co",
                    "noi_dung_khieu_nai": "Có ý kiến cho rằng tên liệt sĩ trong danh sách niêm "
                    "yết không khớp với bia ghi danh của xã.",
                },
            ),
        ),
    ),
    # With the experts: the clock stands still.
    Dossier(
        "hldn",
        33.3,
        _applicant("Bàn Thị Mẩy", "1955", "con", "Bàn Tiến Lợi", "1969", "Thôn Khe Sú"),
        (
            *_commune(32.6, 31, 30.5, 29.8, 29),
            *_province(28.6, 26.5, 25.8, 25.3, 24.9, **_EXPERTS),
        ),
    ),
    # At the ministry, in time.
    Dossier(
        "tgd",
        18.2,
        _applicant("Trần Hữu Nghĩa", "1958-03", "con", "Trần Hữu Tình", "1971-04", "Tổ 7"),
        (*_commune(17.6, 16, 15.5, 14.8, 14), *_province(13.7, 11.5, 10.8, 10.4, 10)),
        "online",
    ),
    # Posted in public: the timer runs.
    Dossier(
        "tgd",
        16.1,
        _applicant("Đỗ Thị Sâm", "1947", "vợ", "Nguyễn Bá Hoan", "1974-10", "Tổ 1"),
        (Stop("B1b", 15.7, _DAMAGED), Stop("B2", 14, _DAMAGED), Stop("B6", 12.5)),
    ),
    # Refused at the counter.
    Dossier(
        "tgd",
        11.2,
        _applicant("Hà Quang Lập", "1972", "cháu", "Hà Quang Vịnh", "1966", "Tổ 5"),
        (
            Stop(
                "B1b",
                10.7,
                {
                    "ket_qua_tiep_nhan": "tu_choi",
                    "ly_do_tu_choi": "Người nộp không thuộc đối tượng được đề nghị cấp đổi bằng.",
                },
            ),
        ),
    ),
    # At the province, due soon.
    Dossier(
        "ap",
        7.6,
        _applicant("Bế Thị Hoan", "1963", "con", "Bế Văn Thuận", "1972-07-27", "Xóm Đồng"),
        (*_commune(7.3, 5.6, 5.2, 4.4, 3.6), *_province(2.2)),
    ),
    # Returned by the chairman: the specialist drafts again.
    Dossier(
        "ap",
        6.5,
        _applicant("Chu Văn Định", "1950", "em", "Chu Văn Quyết", "1968", "Xóm Chùa"),
        (
            Stop("B1b", 6.2),
            Stop("B2", 4.6),
            Stop("B3", 4.2),
            Stop(
                "B4",
                1.6,
                {
                    "y_kien_B4": "tra_lai",
                    "ly_do_tra_lai_B4": "Bổ sung vào tờ trình số và ngày của Bằng gốc.",
                },
            ),
        ),
        claimed=True,
    ),
    # The specialist is late.
    Dossier(
        "tgd",
        6.1,
        _applicant("Vi Thị Kim", "1957", "con", "Vi Văn Sơn", "1973", "Tổ 2"),
        (Stop("B1b", 5.6),),
        "post",
    ),
    # Waiting for a supplement.
    Dossier(
        "ap",
        5.2,
        _applicant("Lục Văn Quý", "1966", "cháu", "Lục Văn Phú", "1965-05", "Xóm Soi"),
        (
            Stop(
                "B1b",
                4.7,
                {
                    "ket_qua_tiep_nhan": "bo_sung",
                    "ly_do_bo_sung": "Thiếu bản gốc Bằng “Tổ quốc ghi công” và giấy tờ chứng minh "
                    "thân nhân đã được giải quyết chế độ ưu đãi.",
                },
            ),
        ),
    ),
    # The chairman is late by a little.
    Dossier(
        "hldn",
        4.4,
        _applicant("Sùng A Pó", "1970", "cháu", "Sùng A Lử", "1972", "Bản Háng Đề"),
        _commune(4.1, 2.2, 1.8),
    ),
    # Just received, online.
    Dossier(
        "ap",
        0.4,
        _applicant("Tống Thị Xuyến", "1961", "con", "Tống Duy Hải", "1968-11", "Xóm Cầu"),
        (),
        "online",
    ),
)

#: What is written where the demo has nothing special to say.
COMMON: Mapping[str, object] = {
    "van_ban_xa_so": "128/UBND-VHXH",
    "van_ban_so_so": "2140/SNV-NCC",
    "van_ban_so_giam_dinh_so": "2316/SNV-NCC",
    "so_den_so": "1873",
    "bo_trinh_so": "77/TTr-BNV",
    "vpcp_trinh_so": "5120/VPCP-KGVX",
    "quyet_dinh_cap_doi_so": "1432/QĐ-TTg",
    "bang_moi_so": "LS 204417",
    "so_quan_ly": "LS/2026/0418",
    "noi_dung_tham_dinh": "Hồ sơ đủ thành phần, thông tin trên bằng gốc đọc được.",
    "niem_yet_tai": "Trụ sở Ủy ban nhân dân và nhà văn hóa thôn",
    "niem_yet_phuong_tien": "Đài truyền thanh cơ sở",
}
