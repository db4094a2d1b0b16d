"""Who works in the demo: units and people of a province that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

PROCEDURE = "qt02-cap-doi-bang"

#: Nobody's: RFC 2606 keeps `.example` free, so that no mail of a demo ever reaches anybody.
MAIL_DOMAIN = "lamson.example"

PASSWORD = "demo-2026-quytrinh"  # noqa: S105  public on purpose: demo mode only, printed at start


@dataclass(frozen=True)
class Place:
    """A unit; its code begins the codes of its dossiers."""

    code: str
    name: str
    kind: str
    parent: str | None = None
    #: What its letters say: its sign in their numbers, where it sits, how it is reached.
    sign: str = ""
    seat: str = ""
    address: str = ""
    phone: str = ""


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


PLACES = (
    Place("ls", "Ủy ban nhân dân tỉnh Lam Sơn", "ubnd-cap-tinh", sign="UBND", seat="Lam Sơn"),
    Place(
        *("snv", "Sở Nội vụ tỉnh Lam Sơn", "so-noi-vu", "ls", "SNV", "Lam Sơn"),
        *("Số 9 đường Lam Kinh, phường Tân Giang Đông, tỉnh Lam Sơn", "0299 3855 009"),
    ),
    Place(
        *("ap", "Ủy ban nhân dân xã An Phú", "ubnd-cap-xa", "ls", "UBND", "An Phú"),
        *("Số 1 đường Trần Phú, xã An Phú, tỉnh Lam Sơn", "0299 3855 101"),
    ),
    Place(
        *("tgd", "Ủy ban nhân dân phường Tân Giang Đông", "ubnd-cap-xa", "ls", "UBND"),
        *("Tân Giang Đông", "Số 36 phố Bến Ngự, phường Tân Giang Đông, tỉnh Lam Sơn"),
        "0299 3855 102",
    ),
    Place(
        *("hldn", "Ủy ban nhân dân xã Hương Lâm Thượng – Đại Nghĩa Tây", "ubnd-cap-xa", "ls"),
        *("UBND", "Hương Lâm Thượng – Đại Nghĩa Tây"),
        *("Thôn Đại Nghĩa, xã Hương Lâm Thượng – Đại Nghĩa Tây, tỉnh Lam Sơn", "0299 3855 103"),
    ),
    Place(
        *("hdxm", "Hội đồng xác minh tỉnh Lam Sơn", "hd-xac-minh-tinh", "ls"),
        *("HĐXM", "Lam Sơn", "Số 2 đường Lam Kinh, phường Tân Giang Đông, tỉnh Lam Sơn"),
    ),
    Place("bnv", "Bộ Nội vụ", "bo-noi-vu"),
    Place("vpcp", "Văn phòng Chính phủ", "vpcp"),
    Place("ttg", "Thủ tướng Chính phủ", "ttgcp"),
    Place("gd", "Phân viện Khoa học hình sự khu vực Lam Sơn", "cq-giam-dinh"),
)

#: Who supervises the province.
SUPERVISOR = "giam.nv"

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
    Person("hung.tv", "Tô Việt Hùng", "ls", "ct-ubnd-tinh"),
    Person("linh.vk", "Vi Khánh Linh", "ls", "ubnd-tinh"),
    Person("thuy.ct", "Chu Thị Thủy", "hdxm", "hd-xac-minh-tinh", leader=True),
    Person("giam.nv", "Nghiêm Văn Giám", "ls", "giam-sat", leader=True),
    Person("an.qt", "Quách Thị An", "ap", "giam-sat"),
)

#: Where the law names an authority and no office in it, its leader assigns the work and its
#: specialists take it from the queue: (username, role, whether head).
MORE_POSTS = (
    ("thanh.nd", "ubnd-xa", True),
    ("mai.pt", "ubnd-xa", False),
    ("vinh.lq", "ubnd-xa", True),
    ("quan.bv", "ubnd-xa", False),
    ("cuong.pm", "ubnd-xa", True),
    ("dat.hq", "ubnd-xa", False),
    ("minh.la", "so-noi-vu", True),
    ("binh.tn", "so-noi-vu", False),
    ("ha.nt", "so-noi-vu", False),
)

#: Has left the office, and signs in no more.
LOCKED = Person("tung.lv", "Lưu Văn Tùng", "hldn", "van-thu-xa", head=False)

#: Whom `accounts()` names first: one of each kind, in the order in which a dossier meets them.
FIRST = ("lan.tt", "mai.pt", "thanh.nd", "binh.tn", "minh.la", "giam.nv", "vy.pt", "khoi.dm")


def place(code: str) -> Place:
    return next(one for one in PLACES if one.code == code)


def first_of(unit: str, role: str) -> Person:
    """Who does the work of a role in a unit."""
    return next(one for one in PEOPLE if (one.unit, one.role) == (unit, role))
