"""Accounts as administrators keep them: who they are, locked or not, passwords, open sessions."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse, NotFound
from engine.domain.folding import fold
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.persistence import people
from engine.persistence import staff as stored
from engine.persistence.staff import PostLine, UserLine
from engine.persistence.tables import UserRow
from engine.services import desks, journalling
from engine.services.act import Act

#: Letters and digits that nobody confuses when reading a password from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4

_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")

#: Accounts on a page.
LINES = 50

NAME_LENGTH = 200


class Filter(StrEnum):
    """Which accounts a list shows."""

    ALL = "tat-ca"
    LOCKED = "da-khoa"
    POSTLESS = "chua-co-chuc-danh"
    ADMINISTRATORS = "quan-tri"
    FRESH = "chua-doi-mat-khau"


@dataclass(frozen=True)
class Listed:
    """A page of accounts with their posts, and how many there are on all pages."""

    lines: tuple[UserLine, ...]
    posts: dict[int, list[PostLine]]
    total: int
    page: int
    pages: int


def generated_password() -> str:
    """A password to be handed over once: 79 bits, in four groups easily read out."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS)
    )


def listed(act: Act, text: str = "", which: Filter = Filter.ALL, page: int = 1) -> Listed:
    """Accounts whose name, username or mail holds all words of `text`, whatever the accents."""
    require(act.actor, Permission.USER_ADMIN)
    words = fold(text).split()
    found = [
        line
        for line in stored.users(act.session)
        if all(w in fold(f"{line.full_name} {line.username} {line.email}") for w in words)
    ]
    if which is Filter.POSTLESS:
        posted = stored.posted_users(act.session, act.today)
        found = [line for line in found if line.id not in posted and not line.locked]
    elif which is Filter.LOCKED:
        found = [line for line in found if line.locked]
    elif which is Filter.ADMINISTRATORS:
        found = [line for line in found if line.administrator]
    elif which is Filter.FRESH:
        found = [line for line in found if line.must_change]
    found.sort(key=lambda line: (_by_given_name(line.full_name), line.username))
    pages = max(1, -(-len(found) // LINES))
    page = min(max(page, 1), pages)
    shown = tuple(found[(page - 1) * LINES : page * LINES])
    posts: dict[int, list[PostLine]] = {}
    for post in stored.posts(
        act.session, user_ids=[line.id for line in shown], lasting_on=act.today
    ):
        posts.setdefault(post.user_id, []).append(post)
    return Listed(shown, posts, len(found), page, pages)


def one(act: Act, user_id: int) -> UserRow:
    """An account (administrators). Raises NotFound."""
    require(act.actor, Permission.USER_ADMIN)
    row = act.session.get(UserRow, user_id)
    if row is None:
        raise NotFound()
    return row


def named(act: Act, username: str) -> UserRow:
    """An account by its username (administrators). Raises NotFound."""
    require(act.actor, Permission.USER_ADMIN)
    row = people.user_named(act.session, username.strip().lower())
    if row is None:
        raise NotFound(say("Không có tài khoản “%(username)s”.", username=username))
    return row


def meant(act: Act, text: str) -> UserRow:
    """The account that somebody typed: `Trần Thị Lan (lan)`, a username, or a name only one has.

    Raises NotPermitted, Misuse (nobody, or several of that name).
    """
    require(act.actor, Permission.USER_ADMIN)
    inside = _IN_BRACKETS.search(text)
    username = (inside[1] if inside else text).strip().lower()
    row = people.user_named(act.session, username)
    if row is not None:
        return row
    wanted = fold(text)
    found = [line for line in stored.users(act.session) if fold(line.full_name) == wanted]
    if len(found) == 1:
        return act.session.get_one(UserRow, found[0].id)
    if found:
        raise Misuse(
            say(
                "Có %(count)s người tên “%(text)s”. Hãy ghi tên đăng nhập: %(names)s.",
                count=len(found),
                text=text,
                names=", ".join(line.username for line in found[:5]),
            )
        )
    raise Misuse(
        say("Không có tài khoản “%(text)s”. Hãy chọn trong danh sách gợi ý.", text=text)
        if text.strip()
        else say("Hãy chọn người.")
    )


def choices(act: Act) -> list[str]:
    """Accounts not locked, as `meant` reads them, for suggestions while typing."""
    require(act.actor, Permission.USER_ADMIN)
    return [
        f"{line.full_name} ({line.username})"
        for line in stored.users(act.session)
        if not line.locked
    ]


def change(
    act: Act, user_id: int, full_name: str, *, administrator: bool, analyst: bool
) -> list[str]:
    """Changes a name and what the account may do; what changed. Nothing: no journal line.

    Raises NotPermitted, NotFound, Misuse: no name; oneself or the last administrator demoted.
    """
    require(act.actor, Permission.USER_ADMIN)
    row = one(act, user_id)
    full_name = " ".join(full_name.split())
    if not full_name:
        raise Misuse(say("Hãy ghi họ và tên."))
    if len(full_name) > NAME_LENGTH:
        raise Misuse(say("Họ và tên dài quá %(limit)s ký tự.", limit=NAME_LENGTH))
    after: dict[str, tuple[Message, object]] = {
        "full_name": (say("họ và tên"), full_name),
        "administrator": (say("quyền quản trị"), administrator),
        "analyst": (say("quyền phân tích"), analyst),
    }
    changed = [name for name, (_, value) in after.items() if getattr(row, name) != value]
    if not changed:
        return []
    before = {name: getattr(row, name) for name in changed}
    # The line first: administrators who act on each other at once queue behind it.
    journalling.note(
        act,
        Journalled.USER_CHANGED,
        username=row.username,
        fields=", ".join(str(after[name][0]) for name in changed),
        before=before,
        after={name: after[name][1] for name in changed},
    )
    if row.administrator and not administrator:
        _refuse_losing_administrator(act, row)
    for name in changed:
        setattr(row, name, after[name][1])
    return changed


def lock(act: Act, user_id: int) -> int:
    """Locks an account and ends its sessions; how many tasks went from its desk to their queues.

    Raises NotPermitted, NotFound, Misuse (locked already, oneself, the last administrator).
    """
    require(act.actor, Permission.USER_ADMIN)
    row = one(act, user_id)
    if row.locked:
        raise Misuse(say("Tài khoản %(username)s đã khóa rồi.", username=row.username))
    journalling.note(act, Journalled.USER_LOCKED, username=row.username, user=row.id)
    if row.administrator or row.id == act.actor.user_id:
        _refuse_losing_administrator(act, row)
    row.locked = True
    people.end_sign_ins_of(act.session, row.id)
    act.session.flush()  # from here on the account holds no post
    return sum(desks.release(act, task_id) for task_id in stored.desk_of(act.session, row.id))


def unlock(act: Act, user_id: int) -> UserRow:
    """Lets an account sign in again. Raises NotPermitted, NotFound, Misuse."""
    require(act.actor, Permission.USER_ADMIN)
    row = one(act, user_id)
    if not row.locked:
        raise Misuse(say("Tài khoản %(username)s không bị khóa.", username=row.username))
    row.locked = False
    journalling.note(act, Journalled.USER_UNLOCKED, username=row.username, user=row.id)
    return row


def reset_password(act: Act, user_id: int) -> str:
    """A new password, to be handed over: shown once, changed by its owner at the next sign-in.

    All sessions of the account end. Raises NotPermitted, NotFound, Misuse (one's own).
    """
    require(act.actor, Permission.USER_ADMIN)
    row = one(act, user_id)
    if row.id == act.actor.user_id:
        raise Misuse(say("Mật khẩu của chính mình hãy đổi ở trang “Tài khoản của tôi”."))
    password = generated_password()
    row.password_hash = act.app.ports.passwords.hash(password)
    row.must_change = True
    people.end_sign_ins_of(act.session, row.id)
    journalling.note(act, Journalled.PASSWORD_SET, username=row.username, generated=True)
    return password


@dataclass(frozen=True)
class Session:
    """A sign-in that holds; `key_hash` names it, and opens nothing."""

    key_hash: str
    user_agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def sessions(act: Act, user_id: int) -> Sequence[Session]:
    """Where an account is signed in, the session seen last first (administrators)."""
    require(act.actor, Permission.USER_ADMIN)
    return [
        Session(row.key_hash, row.user_agent, row.created_at, row.seen_at, row.expires_at)
        for row in stored.sign_ins(act.session, user_id, act.now)
    ]


def revoke(act: Act, user_id: int, key_hash: str | None = None) -> int:
    """Ends one session of an account, or all of them; how many ended (administrators)."""
    require(act.actor, Permission.USER_ADMIN)
    row = one(act, user_id)
    if key_hash is None:
        ended = len(sessions(act, user_id))
        people.end_sign_ins_of(act.session, user_id)
    else:
        ended = stored.end_sign_in_of(act.session, user_id, key_hash)
    if ended:
        journalling.note(
            act, Journalled.SESSIONS_REVOKED, username=row.username, number=ended, user=row.id
        )
    return ended


def _refuse_losing_administrator(act: Act, row: UserRow) -> None:
    if row.id == act.actor.user_id:
        raise Misuse(say("Không ai tự khóa hay tự bỏ quyền quản trị của chính mình."))
    if row.administrator and not stored.other_administrators(act.session, row.id):
        raise Misuse(
            say(
                "%(name)s là quản trị cuối cùng còn đăng nhập được. Hãy giao quyền quản trị cho "
                "người khác trước.",
                name=row.full_name,
            )
        )


def _by_given_name(name: str) -> tuple[str, str]:
    """Vietnamese lists go by the given name, which stands last."""
    folded = fold(name)
    return folded.rpartition(" ")[2], folded
