"""Random sound drawings, walked against an interpreter of their own."""

from __future__ import annotations

from tests.bpmn_execution.test_random_drawings import (
    test_a_random_drawing_goes_as_the_interpreter_says,
)


def walk_a_drawing(seed: int) -> None:
    """A random block-structured drawing, walked at random, goes as the interpreter says."""
    test_a_random_drawing_goes_as_the_interpreter_says(seed)
