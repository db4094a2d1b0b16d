"""Sending the mails that acts have written: each claimed, sent outside any transaction, marked.

A sender that dies between sending and marking leaves its mail behind as being sent; after
ABANDONED it is sent again with the same Message-ID. So every mail leaves at least once, and a
reader's mail program can tell a second copy from a second mail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import parseaddr
from hashlib import sha256

from engine.domain.access import Permission, require
from engine.domain.clock import utc
from engine.domain.errors import MailPutOff, MailRefused, MailServerDown, Misuse, NotFound
from engine.domain.mail import moment_of
from engine.domain.messages import say
from engine.domain.states import IncidentKind, MailState
from engine.persistence import mails
from engine.persistence.calendars import load_calendar
from engine.persistence.mails import MailLine, Silence
from engine.persistence.paging import Page
from engine.persistence.tables import MailRow
from engine.ports import Mail
from engine.services import incidents
from engine.services.act import Act, Application

log = logging.getLogger(__name__)

#: After the n-th time that a mail was put off it is tried again this much later; together nearly
#: four days, so that a full mailbox outlives a long weekend. After the last one it is parked.
DELAYS = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
    timedelta(hours=24),
)

#: A mail server that does not answer is asked again this much later, the last one for ever: the
#: worker has other things to do than to wait for it.
SERVER_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=15),
)

#: So many unanswered attempts in a row (more than half an hour) make an incident.
SILENT_ATTEMPTS = len(SERVER_DELAYS) + 1

#: A mail that has been on its way for so long was left behind by a sender that died.
ABANDONED = timedelta(minutes=10)

#: A round leaves the rest to the next one, so that timers are not kept waiting.
MOST_MAILS = 200
LONGEST_ROUND = timedelta(seconds=20)

ERROR_LENGTH = 1000

SERVER_INCIDENT = "mail:server"


def send_round(app: Application) -> datetime | None:
    """The worker's round: sends what is due, unless hours are quiet or the server is silent.

    Returns when a mail may next be sent. A server that does not answer ends the round after one
    attempt, which counts for no mail: a day without a mail server loses nothing.
    """
    mailer = app.ports.mailer
    if mailer is None:
        return None
    with app.act(None, write=False) as act:
        moment = _next_moment(act)
    if moment is None or moment > app.clock.now():
        return moment
    with app.act(None) as act:
        drop_old_digests(act)
    try:
        with mailer.opened() as send:
            _hand_over(app, send)
    except MailServerDown as down:
        log.warning("the mail server cannot be used: %s", down)
        with app.act(None) as act:
            _note_silence(act, down)
    else:
        with app.act(None) as act:
            _note_answer(act)
    with app.act(None, write=False) as act:
        return _next_moment(act)


@dataclass(frozen=True)
class Standing:
    """How sending stands at this moment."""

    writes: bool  # False: no mail server is set, so no mail is written
    leaves: bool  # False: mails stay in the outbox (demo)
    quiet_until: datetime | None  # no mail leaves before
    silence: Silence | None  # the mail server does not answer


def standing(act: Act) -> Standing:
    """For the outbox page (administrators)."""
    require(act.actor, Permission.MAIL_VIEW)
    mailer, opens = act.app.ports.mailer, leaves_at(act)
    return Standing(
        writes=mailer is not None,
        leaves=mailer is not None and mailer.leaves,
        quiet_until=opens if opens > act.now else None,
        silence=mails.silence(act.session),
    )


def outbox(act: Act, state: MailState | None, after: str | None) -> Page[MailLine]:
    """Mails of a state or of all, the latest first (administrators). Raises Misuse."""
    require(act.actor, Permission.MAIL_VIEW)
    return mails.listed(act.session, state, after)


@dataclass(frozen=True)
class Letter:
    """One mail as the outbox shows it."""

    mail: MailRow
    name: str | None
    incident_id: int | None  # the open incident that waits for an administrator


def look(act: Act, mail_id: int) -> Letter:
    """One mail (administrators). Raises NotFound."""
    require(act.actor, Permission.MAIL_VIEW)
    found = mails.one(act.session, mail_id)
    if found is None:
        raise NotFound()
    mail, name = found
    parked = mail.state == MailState.PARKED
    key = incident_key(mail.user_id)
    return Letter(mail, name, mails.open_incident(act.session, key) if parked else None)


def leaves_at(act: Act) -> datetime:
    """The first moment from now on at which mail may leave: quiet hours and days off."""
    quiet = act.app.settings.quiet_hours
    if quiet is None:
        return act.now
    return quiet.next_moment(act.now, load_calendar(act.session, act.app.settings.shifts))


def drop_old_digests(act: Act) -> None:
    """Yesterday's digest says nothing that today's does not say better."""
    reason = str(say("Bản tin của ngày đã qua, không gửi nữa."))
    mails.drop_digests(act.session, act.now, moment_of(act.today, time.min), reason)


def retry(act: Act, mail_id: int) -> None:
    """Lets a parked mail wait again, due at once, with all others parked for the same person.

    One that was given up may be taken up again by itself. They go to the address that the person
    has now. Raises NotPermitted, NotFound.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    given_up = act.session.get(MailRow, mail_id, with_for_update=True)
    if given_up is not None and given_up.state == MailState.GIVEN_UP:
        again = [given_up]
    else:
        again = _parked(act, mail_id)
    for mail in again:
        mail.state, mail.attempts, mail.try_at = MailState.WAITING, 0, act.now
        mail.address = mails.address_of(act.session, mail.user_id) or mail.address


def give_up(act: Act, mail_id: int, reason: str) -> None:
    """Gives up a parked mail, and all others parked for the same person, with a reason.

    Raises NotPermitted, NotFound, Misuse without a reason.
    """
    require(act.actor, Permission.INCIDENT_HANDLE)
    reason = " ".join(reason.split())
    if not reason:
        raise Misuse(say("Hãy ghi lý do thôi gửi thư."))
    for mail in _parked(act, mail_id):
        mail.state = MailState.GIVEN_UP
        mail.error = f"{mail.error}\n{act.actor.name}: {reason}".strip()[:ERROR_LENGTH]


def readdress(act: Act, user_id: int, address: str) -> None:
    """What waits for a user goes to their new address, also what the old one refused.

    Without an address (no mail is wanted any more) it is given up.
    """
    unsent = mails.unsent_of(act.session, user_id)
    for mail in unsent:
        if not address:
            mail.state = MailState.GIVEN_UP
            mail.error = str(say("Người nhận không nhận thư nữa."))
        elif mail.address != address:
            mail.address, mail.state = address, MailState.WAITING
            mail.attempts, mail.try_at = 0, act.now
    if unsent:
        incidents.solve(act, incident_key(user_id))


def incident_key(user_id: int | None) -> str:
    """One incident for each person who cannot be reached, however many mails that are.

    The incident itself is told by mail: one for each mail would call forth the next for ever.
    """
    return f"mail:{user_id}"


def _parked(act: Act, mail_id: int) -> list[MailRow]:
    parked = mails.parked_like(act.session, mail_id)
    if not parked:
        raise NotFound(say("Thư này không còn chờ xử lý."))
    return parked


def _next_moment(act: Act) -> datetime | None:
    due = mails.next_try(act.session)
    if due is None:
        return None
    silence, opens = mails.silence(act.session), leaves_at(act)
    # A clock that was ahead and set right since must not keep the server alone until then.
    if silence is None or silence.until - act.now > SERVER_DELAYS[-1]:
        return max(due, opens)
    return max(due, opens, silence.until)


def _hand_over(app: Application, send: Callable[[Mail], None]) -> None:
    """Sends mail after mail over one connection. Raises MailServerDown."""
    started = app.clock.now()
    for _ in range(MOST_MAILS):
        if app.clock.now() - started > LONGEST_ROUND:
            return
        with app.act(None) as act:
            until = act.now + ABANDONED
            mail = mails.claim(act.session, act.now, until)
            if mail is not None and mail.attempts > len(DELAYS):
                _park(act, mail, until, str(say("Tiến trình gửi thư bị ngắt nhiều lần.")))
                continue
        if mail is None:
            return
        _send(app, send, mail, until)


def _send(app: Application, send: Callable[[Mail], None], mail: MailRow, until: datetime) -> None:
    """Sends a claimed mail outside any transaction, then writes down what came of it."""
    try:
        send(
            Mail(
                message_id=message_id(app, mail),
                address=mail.address,
                subject=mail.subject,
                body=mail.body,
                written_at=mail.created_at,
            )
        )
    except MailRefused as refused:
        with app.act(None) as act:
            _park(act, mail, until, str(refused))
        return
    except Exception as error:  # whatever one mail has: the others must go on
        down = isinstance(error, MailServerDown)
        if not isinstance(error, (MailPutOff, MailServerDown)):
            log.exception("mail %s failed", mail.id)
        with app.act(None) as act:
            _put_off(act, mail, until, str(error) or type(error).__name__)
        if down:
            raise
        return
    with app.act(None) as act:
        sent = mails.settle(
            act.session, mail.id, until, state=MailState.SENT, sent_at=act.now, error=""
        )
        if sent and mail.error:
            incidents.solve(act, incident_key(mail.user_id))
    if not sent:
        log.warning("mail %s took so long that another sender took it too", mail.id)


def message_id(app: Application, mail: MailRow) -> str:
    """The same for every copy of a mail, another one for every mail of every installation."""
    written = utc(mail.created_at).isoformat()
    digest = sha256(f"{mail.key}|{mail.user_id}|{written}".encode()).hexdigest()[:32]
    _, sender = parseaddr(app.settings.mail_from)
    return f"{digest}@{sender.rpartition('@')[2] or 'quytrinh.invalid'}"


def _put_off(act: Act, mail: MailRow, until: datetime, why: str) -> None:
    """Tries again later, with growing delays; a mail put off too often is parked."""
    if mail.attempts >= len(DELAYS):
        _park(act, mail, until, why)
        return
    mails.settle(
        act.session,
        mail.id,
        until,
        state=MailState.WAITING,
        attempts=mail.attempts + 1,
        try_at=act.now + DELAYS[mail.attempts],
        error=why[:ERROR_LENGTH],
    )


def _park(act: Act, mail: MailRow, until: datetime, why: str) -> None:
    """Leaves the mail to an administrator."""
    parked = mails.settle(
        act.session,
        mail.id,
        until,
        state=MailState.PARKED,
        attempts=mail.attempts + 1,
        error=why[:ERROR_LENGTH],
    )
    if parked:
        name = say("Thư đến %(address)s không gửi được", address=mail.address)
        incidents.note(
            act,
            IncidentKind.MAIL,
            incident_key(mail.user_id),
            str(name),
            why[:ERROR_LENGTH],
            mail_id=mail.id,
        )


def _note_silence(act: Act, down: MailServerDown) -> None:
    """The server is left alone for a while; a long silence is an incident."""
    silence = mails.silence(act.session)
    attempts = silence.attempts if silence else 0
    delay = SERVER_DELAYS[min(attempts, len(SERVER_DELAYS) - 1)]
    mails.note_silence(act.session, attempts + 1, act.now + delay)
    if attempts + 1 >= SILENT_ATTEMPTS:
        incidents.note(
            act,
            IncidentKind.MAIL,
            SERVER_INCIDENT,
            str(say("Máy chủ thư không dùng được")),
            str(down)[:ERROR_LENGTH],
        )


def _note_answer(act: Act) -> None:
    if mails.end_silence(act.session):
        incidents.solve(act, SERVER_INCIDENT)
