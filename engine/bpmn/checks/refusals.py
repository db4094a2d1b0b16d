"""Verdicts that are given outside the tables of rules: what each of them teaches."""

from __future__ import annotations

from engine.bpmn.checks.rule import Refusal

REFUSALS: tuple[Refusal, ...] = ()
