"""What the drawings count agrees with what the catalogue of procedures counts, way by way.

`catalogue_totals.toml` holds the catalogue's figures; each difference of shares is explained in
`explained_differences.toml`, with the decision that says more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from engine.bpmn.budgets import Budget
from engine.bpmn.budgets.amounts import Amount, Longest
from engine.bpmn.budgets.budgeting import budget_of, explorer_of
from tests.drawings.files import ROOT
from tests.drawings.library import PIECES, Piece, content, decisions, drawing, form, roles

HERE = ROOT / "tests" / "drawings"
CATALOGUE: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (HERE / "catalogue_totals.toml").read_text(encoding="utf-8")
)
EXPLAINED: dict[str, dict[str, Any]] = tomllib.loads(
    (HERE / "explained_differences.toml").read_text(encoding="utf-8")
)
PROCEDURES = {piece.id: piece for piece in PIECES if not piece.shared}

Sums = tuple[str, str, str, tuple[tuple[str, str], ...]]  # end, total, minimum, authorities


@cache
def counted(piece: Piece) -> Budget:
    called = {drawing(path).key: content(path) for path in piece.called}
    explorer = explorer_of(content(piece.path), called, decisions(), form)
    return budget_of(explorer, roles(), Fraction(8))


def amount(figures: dict[str, float]) -> Amount:
    return Amount(
        Fraction(str(figures.get("working_days", 0))), Fraction(str(figures.get("days", 0)))
    )


def told(rows: Iterable[dict[str, Any]]) -> dict[Sums, str]:
    """The sums of ways as written down, with the catalogue's name of each."""
    return {
        (
            row["end"],
            str(Longest((amount(row["total"]),))),
            str(amount(row.get("minimum", {}))),
            tuple(sorted((k, str(amount(v))) for k, v in row.get("authorities", {}).items())),
        ): row.get("id", "")
        for row in rows
    }


def drawn(name: str) -> set[Sums]:
    """The sums of all ways to the ends that the catalogue names."""
    ends = {row["end"] for row in CATALOGUE[name]}
    return {
        (
            path.outcome,
            str(path.total),
            str(path.minimum),
            tuple(sorted((key, str(sums)) for key, sums in path.authorities.items())),
        )
        for path in counted(PROCEDURES[name]).paths
        if path.outcome in ends
    }


def test_every_procedure_of_the_catalogue_is_drawn() -> None:
    assert PROCEDURES.keys() == CATALOGUE.keys()
    assert EXPLAINED.keys() <= CATALOGUE.keys()


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_the_totals_are_those_of_the_catalogue(name: str) -> None:
    """Without any exception: the time of a whole way is what the articles add up to."""
    found = counted(PROCEDURES[name])
    assert found.complete
    assert {sums[:2] for sums in drawn(name)} == {sums[:2] for sums in told(CATALOGUE[name])}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_shares_and_waits_are_those_of_the_catalogue_or_explained(name: str) -> None:
    catalogue, ours = told(CATALOGUE[name]), drawn(name)
    explained = EXPLAINED.get(name, {})
    missing = sorted(catalogue[sums] for sums in catalogue.keys() - ours)
    assert missing == explained.get("missing", [])
    assert ours - catalogue.keys() == told(explained.get("ours", [])).keys()
    if explained:
        assert len(explained["why"]) > 40
        assert (ROOT / "docs" / "decisions" / explained["decision"]).is_file()


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_no_way_exceeds_a_term_that_its_source_states(name: str) -> None:
    assert not counted(PROCEDURES[name]).exceeded
    assert not counted(PROCEDURES[name]).notes
