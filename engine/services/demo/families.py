"""What a family of the demo is, and the Mẫu số 16 that it hands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

PROVINCE = "tỉnh Lam Sơn"

#: Identity numbers begin with the code of a province. No province has this one.
_NOBODYS_PROVINCE = "098"

#: From this day on identity cards name the ministry itself as their issuer.
_NEW_CARDS_SINCE = date(2024, 7, 1)


class Sex(StrEnum):
    MALE = "nam"
    FEMALE = "nu"


class Issuer(Enum):
    """Who awarded the certificate: how it is called, whom it names, how its numbers look."""

    VETERANS = ("Tổ quốc ghi ơn", "Bộ trưởng Bộ Thương binh - Cựu binh", "TB", "QĐ-TBCB")
    DEFENCE = ("Tổ quốc ghi công", "Bộ trưởng Bộ Quốc phòng", "QP", "QĐ-QP")
    PREMIER = ("Tổ quốc ghi công", "Thủ tướng Chính phủ", "CP", "TTg")

    def __init__(self, award: str, official: str, mark: str, symbol: str) -> None:
        self.award = award
        self.official = official
        self.mark = mark
        self.symbol = symbol


@dataclass(frozen=True)
class Certificate:
    """The old certificate that the family keeps."""

    issuer: Issuer
    number: int
    decision: int
    day: str

    @property
    def numbered(self) -> str:
        return f"{self.issuer.mark} {self.number}"

    @property
    def named(self) -> str:
        """As officers refer to it: `Bằng “Tổ quốc ghi ơn” số TB 4127 ngày 15/07/1957`."""
        return f"Bằng “{self.issuer.award}” số {self.numbered} ngày {shown(self.day)}"


@dataclass(frozen=True)
class Martyr:
    """Days as they are stored: `1948`, `1948-05` or `1948-05-12`."""

    name: str
    sex: Sex
    born: str
    died: str
    rank: str
    force: str = "Quân nhân"

    @property
    def period(self) -> str:
        year = int(self.died[:4])
        if year <= 1954:
            return "Kháng chiến chống Pháp"
        return "Kháng chiến chống Mỹ" if year <= 1975 else "Bảo vệ Tổ quốc"


@dataclass(frozen=True)
class Relative:
    name: str
    sex: Sex
    born: str
    kin: str  # to the martyr


@dataclass(frozen=True)
class Applicant(Relative):
    """The relative who keeps the certificate and applies."""

    card: str  # the last six digits of the identity number
    card_day: str
    phone: str

    @property
    def identity(self) -> str:
        """Twelve digits as the law builds them: province, sex and century, year of birth, order."""
        century = "1" if self.sex is Sex.FEMALE else "0"
        return f"{_NOBODYS_PROVINCE}{century}{self.born[2:4]}{self.card}"

    @property
    def card_issuer(self) -> str:
        if date.fromisoformat(self.card_day) >= _NEW_CARDS_SINCE:
            return "Bộ Công an"
        return "Cục Cảnh sát quản lý hành chính về trật tự xã hội"


@dataclass(frozen=True)
class Family:
    """A martyr and those left behind, living where the martyr came from."""

    unit: str  # the code of the commune's office
    hamlet: str
    martyr: Martyr
    certificate: Certificate
    applicant: Applicant
    others: tuple[Relative, ...] = ()
    proof: str = "so_tro_cap"  # what shows that they received allowances before 1995
    condition: str = ""  # what is wrong with the certificate, as the family sees it
    origin: str = ""  # where the martyr came from, when the family lives elsewhere


def shown(day: str) -> str:
    """A stored day as people write it: `15/07/1957`, `07/1957`, `1957`."""
    return "/".join(reversed(day.split("-")))


def application(family: Family, commune: str, signed: date) -> Mapping[str, object]:
    """Mẫu số 16 of the family to its `commune` ("xã An Phú"), signed on that day."""
    home = f"{family.hamlet}, {commune}, {PROVINCE}"
    return {
        "kinh_gui": f"Ủy ban nhân dân {commune}",
        **_applicant(family.applicant, home),
        "de_nghi_cap": "cap_doi",
        "ly_do_de_nghi": _reason(family),
        **_martyr(family.martyr, family.origin or home),
        **_certificate(family.certificate),
        "than_nhan": [
            {"ho_ten": one.name, "ngay_sinh": one.born, "moi_quan_he": one.kin}
            for one in (family.applicant, *family.others)
        ],
        "khai_tai": commune[0].upper() + commune[1:],
        "khai_ngay": signed.isoformat(),
    }


def _applicant(person: Applicant, home: str) -> Mapping[str, object]:
    return {
        "nguoi_ho_ten": person.name,
        "nguoi_ngay_sinh": person.born,
        "nguoi_gioi_tinh": person.sex,
        "nguoi_cccd": person.identity,
        "nguoi_cccd_ngay_cap": person.card_day,
        "nguoi_cccd_noi_cap": person.card_issuer,
        "nguoi_que_quan": home,
        "nguoi_thuong_tru": home,
        "nguoi_dien_thoai": person.phone,
        "nguoi_moi_quan_he": person.kin,
    }


def _martyr(martyr: Martyr, home: str) -> Mapping[str, object]:
    return {
        "ls_ho_ten": martyr.name,
        "ls_ngay_sinh": martyr.born,
        "ls_gioi_tinh": martyr.sex,
        "ls_que_quan": home,
        "ls_ngay_hy_sinh": martyr.died,
        "ls_cap_bac_chuc_vu": martyr.rank,
    }


def _certificate(certificate: Certificate) -> Mapping[str, object]:
    return {
        "bang_so": certificate.numbered,
        "bang_quyet_dinh": f"{certificate.decision}/{certificate.issuer.symbol}",
        "bang_quyet_dinh_ngay": certificate.day,
        "bang_co_quan": certificate.issuer.official,
    }


def _reason(family: Family) -> str:
    issuer = family.certificate.issuer
    kept = f"Gia đình đang giữ Bằng “{issuer.award}” của {issuer.official}"
    waiting = (
        ""
        if issuer is Issuer.PREMIER
        else (", chưa được đổi thành Bằng “Tổ quốc ghi công” do Thủ tướng Chính phủ cấp")
    )
    return f"{kept}{waiting}. {family.condition}".strip()
