"""How much a completed task costs: through the service, and over HTTP.

Both are set beside a yardstick taken in turns with them, so that a machine that is slow today
is slow for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import mean
from typing import Any

from scripts.benching import bare, dossiers
from scripts.benching.measuring import (
    Measured,
    Traffic,
    mean_of_best,
    say,
    seconds,
    times_over,
    traffic,
)
from scripts.benching.serving import serving
from tests.factories import World

STEPS_BOUND, STATEMENTS_BOUND, COMMITS_BOUND = 12, 12, 1
EMPTY_REQUESTS = 10


def completing(quick: bool) -> list[Measured]:
    """One task by the service, committed on a SQLite file, beside one bare SpiffWorkflow step."""
    say("completing a task through the service …")
    steps = dossiers.steps_of(dossiers.STRAIGHT)
    spec = bare.parse(dossiers.DRAWING.read_bytes())
    rounds: list[tuple[list[float], float]] = []
    busiest = Traffic()
    with dossiers.town() as town:
        for number in range(2 + (10 if quick else 40)):
            bare_times = bare.walk(spec, steps)
            times, seen = _walk(town, counted=number == 1)
            if number < 2:  # warming up, and counting
                busiest = max(busiest, seen, key=lambda one: one.statements)
                continue
            rounds.append((times, mean(bare_times)))
    seen_times = {
        "service_ms": mean_of_best([times for times, _ in rounds]) * 1000,
        "bare_ms": min(step for _, step in rounds) * 1000,
    }
    return [
        Measured("task_over_bare_step", times_over(rounds), STEPS_BOUND, seen_times),
        Measured("task_statements", busiest.statements, STATEMENTS_BOUND),
        Measured("task_commits", busiest.commits, COMMITS_BOUND),
    ]


def _walk(town: World, counted: bool) -> tuple[list[float], Traffic]:
    """Seconds of each task of a straight case, and what its busiest one said to the database."""
    complete = dossiers.by_service(town)
    times: list[float] = []
    busiest = Traffic()

    def timed(who: str, task_id: int, answers: Mapping[str, Any]) -> None:
        nonlocal busiest
        if not counted:
            times.append(seconds(lambda: complete(who, task_id, answers)))
            return
        with traffic(town.app.database) as seen:
            complete(who, task_id, answers)
        busiest = max(busiest, seen, key=lambda one: one.statements)

    case_id = dossiers.file(town)
    dossiers.walk(town, case_id, dossiers.steps_of(dossiers.STRAIGHT)[1:], timed)
    return times, busiest


def completing_over_http(quick: bool) -> list[Measured]:
    """The same by form post to redirect, beside the service call and empty requests."""
    say("completing a task over HTTP …")
    service_rounds, http_rounds = [], []
    empty: list[float] = []
    with dossiers.town() as town, serving(town.app) as site:

        def post(who: str, task_id: int, answers: Mapping[str, Any]) -> None:
            officer = site.officer(who)
            page = officer.prepare(task_id, answers)
            times.append(seconds(page.send))
            empty.extend(seconds(officer.empty) for _ in range(3))

        steps = dossiers.steps_of(dossiers.STRAIGHT)[1:]
        for number in range(2 + (3 if quick else 15)):
            service_times, _ = _walk(town, counted=False)
            times: list[float] = []
            dossiers.walk(town, dossiers.file(town), steps, post)
            if number >= 2:
                service_rounds.append(service_times)
                http_rounds.append(times)
    act, request = mean_of_best(service_rounds), mean_of_best(http_rounds)
    nothing = min(empty)
    allowed = act + EMPTY_REQUESTS * nothing
    return [
        Measured(
            "http_over_allowance",
            request / allowed,
            1,
            {"http_ms": request * 1e3, "service_ms": act * 1e3, "empty_ms": nothing * 1e3},
        )
    ]
