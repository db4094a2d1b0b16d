"""`quytrinh budget`: what every way through a procedure takes, beside the terms it states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from engine.bpmn.budgets import Budget, Group, PathBudget, StatedTerm, budgeting
from engine.bpmn.budgets.amounts import Amount
from engine.bpmn.budgets.verdicts import Verdict
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.services import proving
from engine.services.act import Application
from engine.services.proving import Subject
from web.commands.answers import FINDINGS, answer, json_option
from web.commands.composed import Composed
from web.commands.proofs import forms_of, sums_of

#: The version of what is no version yet, in JSON.
_FILE = "file"


@click.command()
@click.argument("procedures", metavar="[KEY|FILE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Mọi bản của mọi quy trình đã ban hành.")
@json_option
@click.pass_context
def budget(
    context: click.Context, procedures: Sequence[str], everything: bool, as_json: bool
) -> None:
    """Cộng thời gian của mọi đường đi không lặp, theo cơ quan, bên cạnh thời hạn đã nêu.

    Các nhánh song song chỉ tính nhánh dài nhất. Mã thoát 1 khi có đường đi vượt thời hạn nêu cho
    nó.
    """
    composition: Composed = context.obj
    app = composition.application
    if everything == bool(procedures):
        raise Misuse(say("Hãy nêu mã quy trình hoặc tệp, hoặc chỉ dùng --all."))
    subjects = (
        proving.deployed(app)
        if everything
        else [proving.subject_of(app, one) for one in procedures]
    )
    found = [(subject, _budget(app, subject)) for subject in subjects]
    if len(procedures) == 1:
        answer(found[0][1].to_json(), _every_way(found[0][1]), as_json)
    else:
        answer(_document(found), _overview(found), as_json)
    if any(one.exceeded for _, one in found):
        context.exit(FINDINGS)


def _budget(app: Application, subject: Subject) -> Budget:
    texts = subject.texts
    hours = proving.calendar_at_hand(app).hours_per_day
    return budgeting.budget(
        texts.drawing, app.roles, hours, texts.called, forms_of(app, texts), texts.decisions
    )


def _document(found: Sequence[tuple[Subject, Budget]]) -> dict[str, object]:
    """Procedure id → version → its budget."""
    procedures: dict[str, dict[str, object]] = {}
    for subject, one in found:
        number = _FILE if subject.number is None else str(subject.number)
        procedures.setdefault(one.key, {})[number] = one.to_json()
    return {"procedures": procedures}


# --- every way of one procedure -----------------------------------------------------------------


def _every_way(found: Budget) -> str:
    lines = [f"{found.name} ({found.key}): {len(found.paths)} đường đi"]
    for number, path in enumerate(found.paths, 1):
        lines += [
            "",
            f"{number}. {path.outcome} {path.outcome_name}: {path.total}",
            f"   {_steps(path)}",
            *(f"   Rẽ: {name}" for _, name in path.ways if name),
            *(f"   {line}" for line in sums_of(path.authorities, found.roles)),
            *(f"   {line}" for line in _remarks(path)),
            *(f"   Thời hạn nêu: {line}" for line in _stated(path.terms)),
        ]
        for authority, terms in path.authority_terms.items():
            name = found.roles.authorities.get(authority, authority)
            lines += [f"   Thời hạn nêu cho {name}: {line}" for line in _stated(terms)]
    return "\n".join([*lines, *_last_words(found)])


def _steps(path: PathBudget) -> str:
    """The steps in order; those side by side with the branch they stand on."""
    return " → ".join(
        f"{step.element} ({step.branch})" if step.branch else step.element for step in path.steps
    )


def _last_words(found: Budget) -> Iterator[str]:
    if not found.stated and any(path.authority_terms for path in found.paths):
        yield "Chỉ nêu thời hạn cho từng cơ quan; ngày hẹn trả của cả thủ tục là dự kiến."
    elif not found.stated:
        yield "Không có văn bản nào nêu thời hạn: ngày hẹn trả là dự kiến."
    if not found.complete:
        yield "Còn nhiều đường đi hơn; chỉ kể những đường đầu tiên."
    yield from (f"Lưu ý: {note}" for note in found.notes)


# --- many procedures at a glance ----------------------------------------------------------------


def _overview(found: Sequence[tuple[Subject, Budget]]) -> str:
    lines = []
    for subject, one in found:
        version = "" if subject.number is None else f", bản {subject.number}"
        lines += [f"{one.name} ({one.key}{version}): {len(one.paths)} đường đi"]
        outcome = None
        for group in one.groups:
            if group.first.outcome != outcome:
                outcome = group.first.outcome
                lines.append(f"  {outcome} {group.first.outcome_name}")
            lines.append(f"    {_summed_up(group, one)}")
        lines += [*(f"  {line}" for line in _last_words(one)), ""]
    exceeding = sum(one.exceeded for _, one in found)
    lines.append(
        f"{len(found)} bản, {sum(len(one.paths) for _, one in found)} đường đi; "
        + (
            f"{exceeding} bản có đường đi VƯỢT thời hạn đã nêu."
            if exceeding
            else "không đường đi nào vượt thời hạn đã nêu."
        )
    )
    return "\n".join(lines)


def _summed_up(group: Group, found: Budget) -> str:
    path = group.first
    whole = "".join(f" [nêu {line}]" for line in _stated(path.terms))
    parts = [f"{group.ways} × {path.total}{whole}"]
    for authority, amount in path.authorities.items():
        stated = _stated(path.authority_terms.get(authority, ()))
        beside = "".join(f" [nêu {line}]" for line in stated)
        parts.append(f"{found.roles.authorities.get(authority, authority)}: {amount}{beside}")
    return "; ".join([*parts, *_remarks(path)])


# --- words --------------------------------------------------------------------------------------


def _remarks(path: PathBudget) -> Iterator[str]:
    """What a sum does not show: minimum waits, and waits that nothing limits."""
    if path.minimum:
        yield f"trong đó chờ ít nhất {path.minimum}"
    if path.undated_waits:
        yield f"chờ không có hạn: {', '.join(dict.fromkeys(path.undated_waits))}"


def _stated(terms: Sequence[StatedTerm]) -> list[str]:
    """The terms that apply, or may apply, with what is left over."""
    lines = []
    for term in terms:
        if term.applies is False:
            continue
        when = "" if term.applies else f" (khi {term.condition or 'các trường hợp khác'})"
        lines.append(f"{term.term}{when}, {_verdict(term)}")
    return lines


def _verdict(term: StatedTerm) -> str:
    if term.verdict is Verdict.UNDECIDED:
        return "chỉ diễn tập trên lịch mới biết"
    if term.left is None:
        return "trong hạn" if term.verdict is Verdict.WITHIN else "VƯỢT"
    if term.verdict is Verdict.WITHIN:
        return f"còn thừa {term.left}" if term.left else "vừa đủ"
    return f"VƯỢT {Amount() - term.left}"
