"""Every table: rows as SQLAlchemy classes, one short name each, moments in UTC."""

from __future__ import annotations

from engine.persistence.columns import Base, Moment
from engine.persistence.tables.calendar import (
    CalendarChangeRow,
    CalendarDayRow,
    CalendarYearRow,
    DateMoveRow,
    UnitClosureRow,
)
from engine.persistence.tables.cases import (
    AttachmentRow,
    CaseEndingRow,
    CaseRoleUnitRow,
    CaseRow,
    CaseSequenceRow,
    CaseUnitRow,
)
from engine.persistence.tables.housekeeping import (
    ChangeStampRow,
    HeartbeatRow,
)
from engine.persistence.tables.journal import (
    AnchorRow,
    JournalEndRow,
    JournalRow,
)
from engine.persistence.tables.legal_clock import (
    RECEIPT_REASON_LENGTH,
    CaseStopRow,
    ExtensionRow,
    PauseRow,
    ReceiptRow,
)
from engine.persistence.tables.people import (
    PostRow,
    SignInRow,
    SubstituteRow,
    UnitRow,
    UserRow,
)
from engine.persistence.tables.procedures import (
    PartRow,
    VersionPartRow,
    VersionRow,
)
from engine.persistence.tables.telling import (
    MailRow,
    NoticeRow,
)
from engine.persistence.tables.watching import (
    ApologyRow,
    EscalationRow,
    IncidentRow,
    LadderRow,
    ProgressRow,
    StepTimeRow,
)
from engine.persistence.tables.work import (
    OfferRow,
    TaskRow,
    TimerRow,
)

__all__ = (
    "RECEIPT_REASON_LENGTH",
    "AnchorRow",
    "ApologyRow",
    "AttachmentRow",
    "Base",
    "CalendarChangeRow",
    "CalendarDayRow",
    "CalendarYearRow",
    "CaseEndingRow",
    "CaseRoleUnitRow",
    "CaseRow",
    "CaseSequenceRow",
    "CaseStopRow",
    "CaseUnitRow",
    "ChangeStampRow",
    "DateMoveRow",
    "EscalationRow",
    "ExtensionRow",
    "HeartbeatRow",
    "IncidentRow",
    "JournalEndRow",
    "JournalRow",
    "LadderRow",
    "MailRow",
    "Moment",
    "NoticeRow",
    "OfferRow",
    "PartRow",
    "PauseRow",
    "PostRow",
    "ProgressRow",
    "ReceiptRow",
    "SignInRow",
    "StepTimeRow",
    "SubstituteRow",
    "TaskRow",
    "TimerRow",
    "UnitClosureRow",
    "UnitRow",
    "UserRow",
    "VersionPartRow",
    "VersionRow",
)
