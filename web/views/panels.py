"""What other rooms show on the pages of a case and of a task: one panel for each, in order."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from engine.services.act import Act
from engine.services.viewing import CasePage, TaskPage
from web.views import (
    attachments,
    deciding,
    documents,
    dossier_lists,
    importing,
    linking,
    looking_up,
    originals,
    sealing,
)

#: The panel of a case page or of a task page; empty where the room has nothing to say.
CasePanel = Callable[[Act, CasePage], Markup]
TaskPanel = Callable[[Act, TaskPage], Markup]

#: What is worked with stands first: lists, papers to issue, files.
CASE_WORK: tuple[CasePanel, ...] = (
    dossier_lists.case_panel,
    documents.case_panel,
    attachments.panel,
)
#: What is looked up now and then stands beside it.
CASE_BESIDE: tuple[CasePanel, ...] = (
    deciding.case_panel,
    originals.case_panel,
    linking.persons_panel,
    sealing.panel,
    importing.case_panel,
    looking_up.panel,
)
#: Belongs to the work of a step: shown right before its form.
TASK_PANELS: tuple[TaskPanel, ...] = (
    deciding.task_panel,
    documents.task_panel,
    dossier_lists.task_panel,
    originals.task_panel,
)

#: What is said on top of these pages, before anything is done there.
CASE_NOTICES: tuple[CasePanel, ...] = (linking.case_notice,)
TASK_NOTICES: tuple[TaskPanel, ...] = (documents.task_notice, linking.task_notice)


def work_of_case(act: Act, page: CasePage) -> list[Markup]:
    """The panels of a case page that are worked with and have something to say."""
    return [panel for panel in (show(act, page) for show in CASE_WORK) if panel]


def beside_case(act: Act, page: CasePage) -> list[Markup]:
    """The panels beside them that have something to say."""
    return [panel for panel in (show(act, page) for show in CASE_BESIDE) if panel]


def of_task(act: Act, page: TaskPage) -> list[Markup]:
    """The panels of a task page that have something to say."""
    return [panel for panel in (show(act, page) for show in TASK_PANELS) if panel]


def notices_of_case(act: Act, page: CasePage) -> list[Markup]:
    """What other rooms have to say on top of a case page."""
    return [notice for notice in (show(act, page) for show in CASE_NOTICES) if notice]


def notices_of_task(act: Act, page: TaskPage) -> list[Markup]:
    """The same of a task page."""
    return [notice for notice in (show(act, page) for show in TASK_NOTICES) if notice]
