"""Figures for Prometheus: what this process counted, and what the database says of the office.

Labels are patterns of addresses, methods, states: never a name, never a dossier's code.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from threading import Lock
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine.bootstrap import Application
from engine.domain.errors import Unavailable
from engine.services import measuring
from engine.services.measuring import Figures
from engine.settings import shared_metrics_dir

EXTENSION = "quytrinh-metrics"

#: Seconds for which the database is not asked again, however many machines look.
FRESH = 15.0

METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

log = logging.getLogger(__name__)


class Measures:
    """The counters of one process, and the page that shows them with the office's figures.

    Where several processes serve together (gunicorn), prometheus-client sums what all of them
    counted, in the folder PROMETHEUS_MULTIPROC_DIR; the office's figures are in the database and
    the same whoever is asked.
    """

    def __init__(self, application: Application) -> None:
        own = CollectorRegistry()
        self._requests = Counter(
            "quytrinh_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=own,
        )
        self._seconds = Histogram(
            "quytrinh_http_request_seconds",
            "How long answers took.",
            ("route",),
            buckets=BUCKETS,
            registry=own,
        )
        self._registry = own
        shared = shared_metrics_dir()
        if shared:
            self._registry = CollectorRegistry()
            MultiProcessCollector(self._registry, path=shared)
        self._office = CollectorRegistry()
        self._office.register(_Office(application))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        known = method if method in METHODS else "OTHER"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry) + generate_latest(self._office)


class _Office(Collector):
    """Reads the figures out of the database, now and then."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lock = Lock()
        self._read_at = -FRESH
        self._figures: Figures | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing is known beforehand: registering must not ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        figures = self._fresh()
        url = self._application.database.url
        build = GaugeMetricFamily(
            "quytrinh_build_info", "What runs here.", labels=("version", "database", "revision")
        )
        revision = figures.revision if figures else ""
        build.add_metric([version("quytrinh"), url.get_backend_name(), revision], 1)
        yield build
        yield _gauge("quytrinh_database_up", "Whether the database answers.", figures is not None)
        if figures is not None:
            yield from _families(figures)

    def _fresh(self) -> Figures | None:
        with self._lock:
            if monotonic() - self._read_at >= FRESH:
                self._figures = self._read()
                self._read_at = monotonic()
            return self._figures

    def _read(self) -> Figures | None:
        try:
            with self._application.act(None, write=False) as act:
                return measuring.look(act)
        except Unavailable as error:
            log.error("%s", error)
            return None


def _families(found: Figures) -> Iterator[Metric]:
    yield _each("quytrinh_open_tasks", "Open tasks.", "state", found.open_tasks)
    yield _gauge("quytrinh_overdue_tasks", "Open tasks past their date.", found.overdue_tasks)
    yield _each("quytrinh_timers", "Timers that have not fired.", "state", found.timers)
    yield _each("quytrinh_mails", "Mails that have not left.", "state", found.mails)
    yield _gauge(
        "quytrinh_oldest_mail_seconds", "Age of the oldest that waits.", found.oldest_mail_age
    )
    yield _gauge("quytrinh_open_incidents", "Incidents open.", found.incidents)
    yield _gauge("quytrinh_workers", "Workers that live.", found.workers)
    ages = (
        ("quytrinh_worker_age_seconds", "Since a worker last woke.", found.worker_age),
        ("quytrinh_backup_age_seconds", "Since the last backup.", found.backup_age),
        ("quytrinh_journal_verified_age_seconds", "Since it was verified.", found.verified_age),
    )
    for name, meaning, age in ages:
        if age is not None:
            yield _gauge(name, meaning, age)
    yield _gauge("quytrinh_journal_breaks", "Found when last verified.", found.journal_breaks)
    yield CounterMetricFamily(
        "quytrinh_journal_lines", "Acts written down.", value=found.journal_lines
    )


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=float(value))


def _each(name: str, meaning: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
