"""What somebody who watches over work has chosen to see, read from the page's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from engine.persistence.watching import Desk, Limits, Standing, Step, Wanted

QUERY_LENGTH = 200
_BIGGEST = 2**31

#: As they stand in addresses.
STANDINGS = {
    "qua-han": Standing.OVERDUE,
    "sap-den-han": Standing.SOON,
    "un-tac": Standing.STUCK,
    "gap": Standing.URGENT,
    "tat-ca": Standing.ALL,
}
DESKS = {"chua-nhan": Desk.NOBODY, "ben-ngoai": Desk.OUTSIDE}


@dataclass(frozen=True)
class Choice:
    """The filters of the list of tasks; what is no address of ours counts as not chosen."""

    standing: str = "qua-han"
    desk: str = ""
    unit_id: int | None = None
    procedure_key: str = ""
    step: Step | None = None
    officer_id: int | None = None
    query: str = ""

    @property
    def params(self) -> dict[str, Any]:
        """What an address says of it; None is left out by `url_for`."""
        return {
            "xem": self.standing if self.standing != "qua-han" else None,
            "giu": self.desk or None,
            "don_vi": self.unit_id,
            "thu_tuc": self.procedure_key or None,
            "buoc": "/".join(self.step) if self.step else None,
            "can_bo": self.officer_id,
            "q": self.query or None,
        }

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab is chosen."""
        return any(value is not None for key, value in self.params.items() if key != "xem")

    def wanted(self, limits: Limits) -> Wanted:
        return Wanted(
            limits=limits,
            standing=STANDINGS[self.standing],
            desk=DESKS.get(self.desk, Desk.ANY),
            unit_id=self.unit_id,
            procedure_key=self.procedure_key or None,
            step=self.step,
            officer_id=self.officer_id,
        )


def chosen() -> Choice:
    """The choice that the request's address makes."""
    said = request.args
    standing, desk = said.get("xem", ""), said.get("giu", "")
    process, _slash, element = said.get("buoc", "")[:QUERY_LENGTH].partition("/")
    return Choice(
        standing=standing if standing in STANDINGS else "qua-han",
        desk=desk if desk in DESKS else "",
        unit_id=number("don_vi"),
        procedure_key=said.get("thu_tuc", "")[:QUERY_LENGTH],
        step=(process, element) if process and element else None,
        officer_id=number("can_bo"),
        query=said.get("q", "").strip()[:QUERY_LENGTH],
    )


def number(name: str) -> int | None:
    """A number in the address; None where there is none that a row could have."""
    found = request.args.get(name, type=int)
    return found if found is not None and 0 < found < _BIGGEST else None


def tabs() -> list[tuple[str, str]]:
    """(address, label) of the lists."""
    return [
        ("qua-han", _("Quá hạn")),
        ("sap-den-han", _("Sắp đến hạn")),
        ("un-tac", _("Ùn tắc")),
        ("gap", _("Gấp")),
        ("tat-ca", _("Tất cả")),
    ]


def desks() -> list[tuple[str, str]]:
    return [("chua-nhan", _("Chưa ai nhận")), ("ben-ngoai", _("Đang chờ bên ngoài"))]
