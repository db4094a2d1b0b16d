"""A short seeded run of everything that `scripts/soak` does for hours, and of the bench."""

from __future__ import annotations

import json

import pytest

from scripts.benching.__main__ import main as bench
from scripts.soaking.__main__ import ROUNDS, main
from scripts.soaking.killing import kill
from scripts.soaking.mutating import walks
from scripts.soaking.posting import post

#: Kind, first seed, rounds. Drawings are spoiled for a minute in all, in parts that workers share.
SHORT = [
    ("expressions", 2026, 60),
    ("forms", 2026, 25),
    ("drawings", 2026, 8),
    ("sqlite", 2026, 1),
    ("walks-sqlite", 2026, 1),
    *(("mutations", seed, 240) for seed in range(1_000, 6_000, 1_000)),
]


@pytest.mark.parametrize(("kind", "seed", "rounds"), SHORT)
def test_a_short_soak_finds_nothing(kind, seed, rounds, capsys):
    status = main(["--only", kind, "--rounds", str(rounds), "--seed", str(seed)])
    said = capsys.readouterr()
    assert status == 0, said.out + said.err
    assert said.out.endswith(f"{rounds} passed, 0 failed\n")


@pytest.mark.parametrize("seed", range(40))
def test_what_people_draw_passes_every_check_and_runs_to_its_end(seed):
    """Unspoiled: what is normalised, beside what is drawn in full."""
    assert walks(seed)


@pytest.mark.postgres
def test_a_short_race_on_postgresql_finds_nothing(capsys):
    status = main(["--only", "postgresql", "--rounds", "1", "--seed", "2026"])
    assert status == 0, capsys.readouterr()


def test_a_killed_worker_loses_and_doubles_nothing(kind):
    kill(kind, 2026, each=4, kills=1, workers=1 if kind == "sqlite" else 2)


def test_a_killed_sender_loses_no_mail():
    post("sqlite", 2026, number=4, kills=1)


def test_a_round_that_fails_says_how_to_repeat_it(capsys, monkeypatch):
    def fail(seed: int) -> None:
        raise RuntimeError(f"round {seed}")

    monkeypatch.setitem(ROUNDS, "forms", fail)
    assert main(["--only", "forms", "--rounds", "2", "--seed", "7"]) == 1
    said = capsys.readouterr().out
    assert "failed: scripts/soak --only forms --seed 8 --rounds 1" in said
    assert said.endswith("0 passed, 2 failed\n")


def test_the_bench_ends_with_one_line_of_json(capsys):
    status = bench(["--quick", "--only", "reading"])
    said = capsys.readouterr().out
    line = json.loads(said)
    assert said.count("\n") == 1
    assert set(line) == {"check_and_parse_ms", "broken"}
    assert status == (1 if line["broken"] else 0)
