"""How long what only serves daily work is kept; dossiers and everything in them stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.errors import Misuse
from engine.domain.messages import Message, say

#: Nobody keeps anything for longer by a rule than this: then no rule is needed.
LONGEST = 3650


class Kept(StrEnum):
    """What may be tidied away, in the order in which it is: mails after what tells of them."""

    INCIDENTS = "incidents"
    MAILS = "mails"
    NOTICES = "notices"
    READINGS = "readings"
    SESSIONS = "sessions"


@dataclass(frozen=True)
class Rule:
    """Days after which it goes; never sooner than `least`."""

    name: Message
    since: Message
    usual: int
    least: int


RULES: Mapping[Kept, Rule] = {
    Kept.READINGS: Rule(say("Nhật ký lượt xem dữ liệu cá nhân"), say("kể từ lúc xem"), 1095, 180),
    Kept.MAILS: Rule(say("Thư đã gửi hoặc thôi gửi"), say("kể từ lúc soạn"), 180, 30),
    Kept.NOTICES: Rule(say("Thông báo đã đọc"), say("kể từ lúc đọc"), 180, 30),
    Kept.INCIDENTS: Rule(say("Sự cố đã đóng"), say("kể từ lúc đóng"), 1095, 90),
    Kept.SESSIONS: Rule(say("Phiên đăng nhập đã hết hạn"), say("kể từ lúc hết hạn"), 30, 1),
}


def days(stored: Mapping[str, object] | None) -> dict[Kept, int]:
    """Days for each, as kept in the settings; the usual ones where nothing fit is there."""
    found = {}
    for kept, rule in RULES.items():
        value = (stored or {}).get(kept)
        fits = isinstance(value, int) and rule.least <= value <= LONGEST
        found[kept] = value if fits and isinstance(value, int) else rule.usual
    return found


def read(written: Mapping[Kept, str]) -> dict[Kept, int]:
    """Days as people type them. Raises Misuse, naming the line."""
    found = {}
    for kept, rule in RULES.items():
        text = written.get(kept, "").strip()
        number = int(text) if text.isdecimal() and len(text) < 6 else 0
        if not rule.least <= number <= LONGEST:
            raise Misuse(
                say(
                    "“%(name)s”: hãy ghi số ngày từ %(least)s đến %(most)s, không phải “%(text)s”.",
                    name=rule.name,
                    least=rule.least,
                    most=LONGEST,
                    text=text,
                )
            )
        found[kept] = number
    return found
