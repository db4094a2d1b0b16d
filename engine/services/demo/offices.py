"""What the demo's offices keep beside their dossiers: books, links, an account that is locked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.domain.books import PATTERNS, Kind
from engine.domain.clock import HandClock
from engine.persistence.people import user_named
from engine.services import bookkeeping, linking, numbering, staff
from engine.services.act import Application
from engine.services.bookkeeping import Settings
from engine.services.demo import cast
from engine.services.demo import records as families
from engine.services.demo.families import Family

#: Offices that have begun to number letters with the program, and how many they send out a day.
BOOKS = (("ap", 2), ("tgd", 2), ("hldn", 2), ("snv", 8))


def open_books(app: Application, units: Mapping[str, int], users: Mapping[str, int]) -> None:
    """The books of outgoing letters go on where the offices' paper books have come to."""
    with app.act(users[cast.ADMINISTRATOR[0]]) as act:
        for code, a_day in BOOKS:
            come_to = act.today.timetuple().tm_yday * a_day
            settings = Settings(PATTERNS[Kind.OUTGOING], on_paper=come_to)
            bookkeeping.prepare(act, units[code], Kind.OUTGOING, settings)


def settle(
    app: Application,
    clock: HandClock,
    moment: Callable[[float], datetime],
    units: Mapping[str, int],
    users: Mapping[str, int],
    dossiers: Mapping[Family, int],
) -> None:
    """Links, numbers kept back and voided, and the account of somebody who has left."""
    clock.move_to(moment(2.1))
    if families.TOAN in dossiers and families.MUU in dossiers:
        with app.act(users["mai.pt"]) as act:
            linking.link(
                act,
                dossiers[families.TOAN],
                dossiers[families.MUU],
                "Hội đồng xác nhận người có công của xã xét hai hồ sơ trong cùng một phiên họp.",
            )
    clock.move_to(moment(0.6))
    clerk, book = users["huong.vt"], (units["ap"], Kind.OUTGOING)
    with app.act(clerk) as act:
        numbering.reserve(act, *book, "Giấy mời gia đình liệt sĩ nhận Bằng “Tổ quốc ghi công”", 2)
    with app.act(clerk) as act:
        taken = numbering.take(act, *book, "Thông báo lịch tiếp công dân của Chủ tịch xã", "TB").id
    clock.move_to(moment(0.4))
    with app.act(clerk) as act:
        numbering.void(act, taken, "Ghi nhầm ngày tiếp công dân; thông báo được làm lại số khác.")
    with app.act(users[cast.ADMINISTRATOR[0]]) as act:
        gone = user_named(act.session, cast.LOCKED.username)
        if gone is not None:
            staff.lock(act, gone.id)
