"""The dossier checklist: which papers were handed in, in what shape, and which are missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.domain.messages import Message, say
from forms import components as c
from forms.fields import Answer, as_text, refuse


class DossierAnswer(Answer):
    """Kept as `{paper: state}` for the papers that were handed in, in the order drawn."""

    component: c.Dossier

    def nothing(self) -> dict[str, str]:
        return {}

    def ask(self) -> Message:
        return say("Hãy đánh dấu giấy tờ đã nhận ở “%(label)s”.", label=self.component.label)

    def answer(self, value: Any) -> Any:
        cleaned = super().answer(value)
        when = self.component.complete_when
        if when and self.level.holds(when):
            hidden = self.level.hidden_values(self.component.options)
            lacking = missing_papers(self.component, cleaned, hidden)
            if lacking:
                raise refuse(*lacking)
        return cleaned

    def clean(self, value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise refuse(say("Danh mục giấy tờ không đọc được."))
        given = {paper: as_text(state) for paper, state in value.items() if state}
        for paper, state in given.items():
            if paper not in self.component.states:
                raise refuse(say("Hãy chọn trong các giấy tờ có sẵn."))
            if state not in self.component.states[paper]:
                raise refuse(
                    say(
                        "Hãy chọn hình thức đã nhận của “%(paper)s”.",
                        paper=label_of(self.component, paper),
                    )
                )
        return {o.value: given[o.value] for o in self.component.options if o.value in given}

    def problems(self, cleaned: dict[str, str]) -> list[Message]:
        return self.level.hidden_options(self.component.options, list(cleaned))


def missing_papers(
    dossier: c.Dossier, given: Collection[str], hidden: Collection[str] = ()
) -> list[Message]:
    """One sentence for each paper, or group of alternatives, that still has to come."""
    grouped = {paper for group in dossier.alternatives for paper in group.papers}
    lacking = [
        say("Còn thiếu: %(paper)s.", paper=option.label.rstrip("."))
        for option in dossier.options
        if option.value not in {*given, *hidden, *grouped, *dossier.optional}
    ]
    for group in dossier.alternatives:
        open_papers = [paper for paper in group.papers if paper not in hidden]
        if open_papers and not any(paper in given for paper in open_papers):
            lacking.append(_lacking_alternatives(dossier, group, open_papers))
    return lacking


def _lacking_alternatives(dossier: c.Dossier, group: c.Alternatives, papers: list[str]) -> Message:
    """By the group's own sentence, else by the papers of which one would do."""
    if group.label:
        return say("Còn thiếu: %(paper)s.", paper=group.label.rstrip(".:"))
    names = "; ".join(label_of(dossier, paper).rstrip(".") for paper in papers)
    return say("Còn thiếu một trong các giấy tờ: %(papers)s.", papers=names)


def label_of(dossier: c.Dossier, paper: str) -> str:
    return next((option.label for option in dossier.options if option.value == paper), paper)
