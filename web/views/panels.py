"""What other rooms show on the pages of a case and of a task: one panel for each, in order."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from engine.services.act import Act
from engine.services.viewing import CasePage, TaskPage
from web.views import attachments, dossier_lists, sealing

#: The panel of a case page or of a task page; empty where the room has nothing to say.
CasePanel = Callable[[Act, CasePage], Markup]
TaskPanel = Callable[[Act, TaskPage], Markup]

CASE_PANELS: tuple[CasePanel, ...] = (attachments.panel, dossier_lists.case_panel, sealing.panel)
TASK_PANELS: tuple[TaskPanel, ...] = (dossier_lists.task_panel,)


def of_case(act: Act, page: CasePage) -> list[Markup]:
    """The panels of a case page that have something to say."""
    return [panel for panel in (show(act, page) for show in CASE_PANELS) if panel]


def of_task(act: Act, page: TaskPage) -> list[Markup]:
    """The panels of a task page that have something to say."""
    return [panel for panel in (show(act, page) for show in TASK_PANELS) if panel]
