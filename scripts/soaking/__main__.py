"""Long seeded runs: random drawings, expressions and forms, races for tasks, killed workers.

Each round has a seed of its own; a round that fails says how to repeat it.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from time import perf_counter

from scripts.soaking.killing import kill_on_postgresql, kill_on_sqlite
from scripts.soaking.mutating import mutate_a_drawing
from scripts.soaking.posting import post_on_postgresql, post_on_sqlite
from scripts.soaking.racing import race_on_postgresql, race_on_sqlite
from scripts.soaking.random_drawings import walk_a_drawing
from scripts.soaking.random_expressions import compare_an_expression
from scripts.soaking.random_forms import fill_a_form
from scripts.soaking.walking import walk_on_postgresql, walk_on_sqlite

#: One round of each; a seed gives the same round again.
ROUNDS: dict[str, Callable[[int], None]] = {
    "expressions": compare_an_expression,
    "forms": fill_a_form,
    "mutations": mutate_a_drawing,
    "drawings": walk_a_drawing,
    "sqlite": race_on_sqlite,
    "postgresql": race_on_postgresql,
    "killed-sqlite": kill_on_sqlite,
    "killed-postgresql": kill_on_postgresql,
    "mails-sqlite": post_on_sqlite,
    "mails-postgresql": post_on_postgresql,
    "walks-sqlite": walk_on_sqlite,
    "walks-postgresql": walk_on_postgresql,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long (default 600)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--rounds", type=int, help="at most so many rounds of each kind")
    parser.add_argument("--only", choices=ROUNDS, action="append", help="one kind (again …)")
    asked = parser.parse_args(arguments)
    kinds = asked.only or list(ROUNDS)
    failures = soak(kinds, asked.seed, asked.seconds, asked.rounds)
    return 1 if failures else 0


def soak(kinds: list[str], seed: int, seconds: float, rounds: int | None) -> int:
    """Gives every kind the same share of the time; how many rounds failed."""
    failures, done = 0, Counter[str]()
    share = seconds / len(kinds)
    for kind in kinds:
        begun = perf_counter()
        for number in itertools.count(seed):
            spent = perf_counter() - begun
            if spent > share or (rounds is not None and done[kind] >= rounds):
                break
            done[kind] += 1
            failures += not _held(kind, number)
        print(f"{kind}: {done[kind]} rounds in {perf_counter() - begun:.0f} s", flush=True)
    print(f"{done.total() - failures} passed, {failures} failed")
    return failures


def _held(kind: str, seed: int) -> bool:
    try:
        ROUNDS[kind](seed)
    except Exception:  # noqa: BLE001 - whatever it is, it is what this script looks for
        traceback.print_exc()
        print(f"failed: scripts/soak --only {kind} --seed {seed} --rounds 1", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
