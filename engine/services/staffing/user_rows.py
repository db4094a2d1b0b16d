"""The sheet of people: each row checked and compared with the account that is there."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain.folding import fold
from engine.domain.mail import is_address
from engine.domain.messages import say
from engine.services import staff
from engine.services.accounts import USERNAME
from engine.services.staffing.cells import Reader
from engine.services.staffing.columns import Line
from engine.services.staffing.plans import Change, Fate, Plan, There, UserEntry


def plan(made: Plan, there: There, lines: Sequence[Line], own: str = "") -> None:
    """Adds an entry for each row that can be read, and every problem.

    `own` is the username of whoever imports: nobody demotes themself.
    """
    seen: dict[str, Line] = {}
    for line in lines:
        reader = Reader(line, made.problems)
        username = reader.text("username", 80).lower()
        if not username:
            reader.wrong("username", say("Thiếu tên đăng nhập."))
            continue
        if username in seen:
            reader.wrong(
                "username",
                say(
                    "Tên đăng nhập “%(username)s” đã có ở dòng %(row)s: mỗi người một dòng.",
                    username=username,
                    row=seen[username].number,
                ),
            )
            continue
        seen[username] = line
        made.users.append(_entry(reader, username, there, own))


def _entry(reader: Reader, username: str, there: There, own: str) -> UserEntry:
    row = there.users.get(username)
    if row is None and not USERNAME.fullmatch(username):
        likely = fold(username).replace(" ", ".")
        reader.wrong(
            "username",
            say(
                "“%(username)s” chỉ được gồm chữ thường không dấu, chữ số và các dấu . _ -, ví dụ "
                "%(likely)s.",
                username=username,
                likely=likely if USERNAME.fullmatch(likely) else "lan.tt",
            ),
        )
    name = reader.text("full_name", staff.NAME_LENGTH)
    if row is None and not name:
        reader.wrong("full_name", say("Người mới cần có họ và tên."))
    email = reader.text("email", 254)
    if email and not is_address(email):
        reader.wrong("email", say("“%(text)s” không phải là địa chỉ thư.", text=email[:60]))
    administrator, analyst = reader.tick("administrator"), reader.tick("analyst")
    if row is not None and username == own and row.administrator and administrator is False:
        reader.wrong(
            "administrator", say("Không ai tự khóa hay tự bỏ quyền quản trị của chính mình.")
        )
    changes = []
    if row is not None:
        told = (
            (say("họ và tên"), row.full_name, name),
            (say("thư điện tử"), row.email, email),
            (say("quyền quản trị"), row.administrator, administrator),
            (say("quyền phân tích"), row.analyst, analyst),
        )
        changes = [
            Change(what, _shown(before), _shown(after))
            for what, before, after in told
            if after not in ("", None) and after != before
        ]
    fate = Fate.ADDED if row is None else Fate.CHANGED if changes else Fate.SAME
    full_name = name or (row.full_name if row else username)
    return UserEntry(
        reader.line,
        fate,
        f"{full_name} ({username})",
        tuple(changes),
        username=username,
        full_name=name,
        email=email,
        administrator=administrator,
        analyst=analyst,
    )


def warn_of_twins(made: Plan, there: There) -> None:
    """Two accounts of one name in one unit are likely one person: looked at once posts are."""
    names = {line.username: line.full_name for line in there.users.values()}
    names |= {one.username: one.full_name for one in made.users if one.full_name}
    places: dict[tuple[str, str], set[str]] = {}
    for username, _, code in there.posts:
        places.setdefault((fold(names.get(username, "")), code), set()).add(username)
    for post in made.posts:
        name = fold(names.get(post.username, ""))
        places.setdefault((name, post.unit), set()).add(post.username)
    rows = {one.username: one for one in made.users if one.fate is Fate.ADDED}
    for (name, code), usernames in places.items():
        if not name or len(usernames) < 2:
            continue
        for username in sorted(usernames & rows.keys()):
            others = ", ".join(sorted(usernames - {username}))
            message = say(
                "Trùng họ tên với %(others)s cùng đơn vị %(unit)s: có phải một người? Nếu phải, "
                "hãy dùng tên đăng nhập đã có.",
                others=others,
                unit=code,
            )
            entry = rows[username]
            made.problems.append(entry.line.problem("full_name", message, warning=True))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "x" if value else "–"
    return str(value) or "–"
