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
    CaseEndingRow,
    CaseImportRow,
    CaseRoleUnitRow,
    CaseRow,
    CaseSequenceRow,
    CaseUnitRow,
)
from engine.persistence.tables.documents import (
    BookNumberRow,
    BookRow,
    DocumentRow,
    DossierListRow,
    ListedCaseRow,
    SignatureRow,
    SigningKeyRow,
)
from engine.persistence.tables.housekeeping import (
    ChangeStampRow,
    HeartbeatRow,
    OfficeSettingRow,
    ReadingRow,
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
from engine.persistence.tables.papers import (
    AttachmentRow,
    HandOverRow,
    OriginalRow,
    UploadRow,
)
from engine.persistence.tables.people import (
    PostRow,
    SignInRow,
    SubstituteRow,
    UnitRow,
    UserRow,
)
from engine.persistence.tables.persons import (
    CaseApartRow,
    CaseLinkRow,
    CasePersonRow,
    PersonEndingRow,
    PersonNameRow,
    PersonRow,
)
from engine.persistence.tables.procedures import (
    ExhibitRow,
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
    "BookNumberRow",
    "BookRow",
    "CalendarChangeRow",
    "CalendarDayRow",
    "CalendarYearRow",
    "CaseApartRow",
    "CaseEndingRow",
    "CaseImportRow",
    "CaseLinkRow",
    "CasePersonRow",
    "CaseRoleUnitRow",
    "CaseRow",
    "CaseSequenceRow",
    "CaseStopRow",
    "CaseUnitRow",
    "ChangeStampRow",
    "DateMoveRow",
    "DocumentRow",
    "DossierListRow",
    "EscalationRow",
    "ExhibitRow",
    "ExtensionRow",
    "HandOverRow",
    "HeartbeatRow",
    "IncidentRow",
    "JournalEndRow",
    "JournalRow",
    "LadderRow",
    "ListedCaseRow",
    "MailRow",
    "Moment",
    "NoticeRow",
    "OfferRow",
    "OfficeSettingRow",
    "OriginalRow",
    "PartRow",
    "PauseRow",
    "PersonEndingRow",
    "PersonNameRow",
    "PersonRow",
    "PostRow",
    "ProgressRow",
    "ReadingRow",
    "ReceiptRow",
    "SignInRow",
    "SignatureRow",
    "SigningKeyRow",
    "StepTimeRow",
    "SubstituteRow",
    "TaskRow",
    "TimerRow",
    "UnitClosureRow",
    "UnitRow",
    "UploadRow",
    "UserRow",
    "VersionPartRow",
    "VersionRow",
)
