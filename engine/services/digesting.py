"""The morning digest: on each working day one mail to everybody who wants one and has something."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from engine.domain.access import watches
from engine.domain.errors import Conflict, Unavailable
from engine.domain.explanations import day_text
from engine.domain.mail import moment_of, working_day_after, works
from engine.domain.messages import Message, say
from engine.domain.working_calendar import ONE_DAY
from engine.persistence import digests, mails
from engine.persistence.calendars import load_calendar
from engine.persistence.digests import DigestLine, Mark, Section
from engine.persistence.mails import Reader
from engine.persistence.people import actor_of
from engine.services import mail_texts, mailing
from engine.services.act import Act, Application
from engine.services.mail_texts import Writing

log = logging.getLogger(__name__)

#: Users are read so many at a time.
BATCH = 50

#: A round leaves the rest to the next one, so that timers are not kept waiting.
LONGEST_ROUND = timedelta(seconds=10)

#: Where the mark stands when the digests of a morning are all written: no user has this id.
EVERYBODY = 2**31 - 1

_MIDNIGHT = time.min
_NOTHING = Section(0, False, ())


def digest_round(app: Application) -> datetime | None:
    """The worker's round: writes this morning's digests when it is time; when the next are due.

    Each person's in a transaction of its own that moves the mark too, so that a worker that dies
    in the middle is gone on from. A morning that no worker saw is made up for on the same day
    while mail may leave, and never later: the next morning says it anew.
    """
    if app.ports.mailer is None:
        return None
    with app.act(None, write=False) as act:
        morning, following = _mornings(act)
        if morning is None or morning > act.now:
            return morning or following
        mark = digests.mark(act.session)
        missed = mailing.leaves_at(act) > act.now
    # Where the clock had been ahead the mark is of a morning to come, and says nothing of this one.
    done = mark == Mark(morning, EVERYBODY)
    if done or missed:
        return following
    begun = mark.user_id if mark is not None and mark.morning == morning else 0
    try:
        finished = _write_some(app, morning, begun)
    except Conflict:  # another process was in the way: from the mark again
        finished = False
    return following if finished else app.clock.now()


def _mornings(act: Act) -> tuple[datetime | None, datetime]:
    """When today's digests are due (None on a day off), and the next day's."""
    calendar = load_calendar(act.session, act.app.settings.shifts)
    at = act.app.settings.digest_at
    today = moment_of(act.today, at) if works(act.today, calendar) else None
    return today, moment_of(working_day_after(act.today, calendar), at)


def _write_some(app: Application, morning: datetime, user_id: int) -> bool:
    """Writes the digests of users after `user_id`; whether all are written.

    Raises Conflict, Unavailable.
    """
    started = app.clock.now()
    while True:
        with app.act(None, write=False) as act:
            readers = digests.readers_after(act.session, user_id, BATCH)
        for reader in readers:
            user_id = reader.user_id
            try:
                with app.act(None) as act:
                    _write(act, reader, morning)
            except (Conflict, Unavailable):  # the next round goes on from the mark
                raise
            except Exception:  # whatever one person's work has: the others get theirs
                log.exception("the digest of user %s could not be written", user_id)
        if len(readers) < BATCH:
            break
        if app.clock.now() - started > LONGEST_ROUND:
            return False
    with app.act(None) as act:
        digests.move_mark(act.session, Mark(morning, EVERYBODY))
    return True


def _write(act: Act, reader: Reader, morning: datetime) -> None:
    """One person's digest, unless there is nothing to say, and how far the round has come."""
    text = compose(act, reader)
    if text is not None:
        subject, body = text
        mail = {
            "key": f"{mails.DIGEST}{reader.user_id}:{act.today.isoformat()}",
            "user_id": reader.user_id,
            "address": reader.address,
            "subject": subject,
            "body": body,
            "created_at": act.now,
            "try_at": act.now,
        }
        mails.write(act.session, [mail])
    digests.move_mark(act.session, Mark(morning, reader.user_id))


def compose(act: Act, reader: Reader) -> tuple[str, str] | None:
    """Subject and body of a person's digest at this moment; None when there is nothing to say."""
    actor = actor_of(act.session, reader.user_id, act.today)
    calendar = load_calendar(act.session, act.app.settings.shifts)
    tomorrow = moment_of(act.today + ONE_DAY, _MIDNIGHT)
    second = working_day_after(working_day_after(act.today, calendar), calendar)
    edges = [
        (None, act.now),
        (act.now, tomorrow),
        (tomorrow, moment_of(second + ONE_DAY, _MIDNIGHT)),
    ]
    own = digests.own_work(act.session, actor, edges) or [_NOTHING] * 3
    watched = digests.watched(act.session, actor, act.now) if watches(actor) else None
    failed, names = digests.open_incidents(act.session) if actor.administrator else (0, [])
    if not (any(part.number for part in own) or (watched and watched.number) or failed):
        return None
    site = act.app.settings.site
    writing = Writing(act.app.ports.words, reader.language)
    heads = (
        say("Quá hạn: %(number)s"),
        say("Đến hạn hôm nay: %(number)s"),
        say("Đến hạn trong 2 ngày làm việc tới: %(number)s"),
    )
    for head, part in zip(heads, own, strict=True):
        _section(writing, head, part, site, mail_texts.inbox_link(site))
    if watched is not None:
        head = say("Quá hạn ở nơi bạn theo dõi: %(number)s")
        _section(writing, head, watched, site, mail_texts.overdue_link(site), units=True)
    if failed:
        _incidents(writing, failed, names, mail_texts.incidents_link(site))
    return _subject(writing, act, own, watched, failed), writing.body(reader.name, site)


def _section(
    writing: Writing,
    head: Message,
    part: Section,
    site: str,
    more_link: str,
    *,
    units: bool = False,
) -> None:
    """A head with its number, the first tasks with their links, and where the others stand."""
    if not part.number:
        return
    writing.line(Message(head.template, {"number": part.text}))
    for one in part.lines:
        writing.lines.append(f"- {_task(writing, one, units)}")
        writing.lines.append(f"  {mail_texts.task_link(site, one.task_id)}")
    if part.more or part.number > len(part.lines):
        writing.line(say("Xem tất cả: %(link)s", link=more_link))
    writing.line()


def _task(writing: Writing, one: DigestLine, units: bool) -> str:
    due = mail_texts.moment_text(one.due_at)
    if units:
        return writing.say(
            say(
                "%(code)s: %(step)s, %(unit)s, hạn %(due)s",
                code=one.code,
                step=one.step,
                unit=one.unit,
                due=due,
            )
        )
    return writing.say(
        say("%(code)s: %(step)s, hạn %(due)s", code=one.code, step=one.step, due=due)
    )


def _incidents(writing: Writing, number: int, names: Iterable[str], link: str) -> None:
    writing.line(say("Sự cố chờ xử lý: %(number)s", number=number))
    writing.lines.extend(f"- {name}" for name in names)
    writing.line(say("Xem tất cả: %(link)s", link=link))
    writing.line()


def _subject(
    writing: Writing, act: Act, own: list[Section], watched: Section | None, failed: int
) -> str:
    """The day and the numbers: enough to know whether to open it first."""
    overdue, today, soon = own
    parts = [
        (say("%(number)s quá hạn", number=overdue.text), overdue.number),
        (say("%(number)s đến hạn hôm nay", number=today.text), today.number),
        (say("%(number)s sắp đến hạn", number=soon.text), soon.number),
    ]
    if watched is not None:
        theirs = say("%(number)s quá hạn nơi theo dõi", number=watched.text)
        parts.append((theirs, watched.number))
    parts.append((say("%(number)s sự cố", number=failed), failed))
    said = ", ".join(writing.say(message) for message, number in parts if number)
    title = writing.say(say("Việc ngày %(day)s", day=day_text(act.today)))
    return f"[Quy Trình] {title}: {said}"[: mail_texts.SUBJECT_LENGTH]
