"""Random forms filled in at random: cleaned or refused, and the same again when posted back."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.domain.errors import FormInvalid
from forms.compiling import CompiledForm, JsonFormCompiler
from forms.describing import describe
from forms.showing import answered
from forms.submissions import from_request
from scripts.benching.serving import flat

VALUES = ("du", "bo_sung", "tu_choi", "khac")
TYPED = (
    *("", "   ", "x", "Nguyễn Thị Hoà", "\u0300", "1948", "05/1948", "31/02/1948", "2026-03-02"),
    *("12/03/2026", "1.234,5", "-3", "1e9", "034158001234", "0912345678", "du", "on", "ệ" * 400),
)
ANSWERS = (None, True, False, 0, 3, -1.5, [], ["du"], {}, {"x": 1}, *TYPED)
KNOWN = {"lan_thu": 2, "kenh": "online"}


def fill_a_form(seed: int) -> None:
    """One random form, some submissions to it."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    drawn = {"type": "default", "id": "thu", "components": _components(random, 2)}
    form = JsonFormCompiler().compile(json.dumps(drawn))
    for _ in range(8):
        submission = {**form.defaults(KNOWN), **_submission(random, form)}
        _judge(form, submission)


def _judge(form: CompiledForm, submission: dict[str, Any]) -> None:
    try:
        cleaned = form.validate(submission, KNOWN)
    except FormInvalid as refused:
        if not all(str(sentence) for found in refused.errors.values() for sentence in found):
            raise AssertionError(f"a refusal says nothing: {refused.errors}") from refused
        describe(form, submission, refused.errors, KNOWN)
        return
    json.dumps(cleaned)
    answered(form, cleaned)
    describe(form, cleaned, None, KNOWN)
    posted = from_request(form, MultiDict(flat(cleaned)), MultiDict())
    for again in (cleaned, posted):
        if form.validate(again, KNOWN) != cleaned:
            raise AssertionError(f"{cleaned} comes back as {form.validate(again, KNOWN)}")


def _submission(random: Random, form: CompiledForm) -> dict[str, Any]:
    """Something for about half of the names, now and then for one nobody asked for."""
    names = [name for name in sorted(form.names) if random.random() < 0.5]
    if random.random() < 0.05:
        names.append("la")
    return {name: random.choice(ANSWERS) for name in names}


def _components(random: Random, depth: int, prefix: str = "c") -> list[dict[str, Any]]:
    kinds = ["textfield", "textarea", "number", "datetime", "radio", "select", "checkbox"]
    kinds += ["checklist", "dossier", *(("group", "dynamiclist") if depth else ())]
    drawn: list[dict[str, Any]] = []
    for number in range(random.randint(1, 6)):
        component = _component(random, random.choice(kinds), f"{prefix}{number}", depth)
        deciding = [one["key"] for one in drawn if one["type"] == "radio"]
        if deciding and random.random() < 0.4:
            hide = f"={random.choice(deciding)} {random.choice(('==', '!='))} 'du'"
            component["conditional"] = {"hide": hide}
        drawn.append(component)
    return drawn


def _component(random: Random, kind: str, key: str, depth: int) -> dict[str, Any]:
    component: dict[str, Any] = {"type": kind, "key": key, "label": f"Mục {key}"}
    options = [{"value": value, "label": value} for value in VALUES[: random.randint(1, 4)]]
    required = {"validate": {"required": True}} if random.random() < 0.3 else {}
    match kind:
        case "textfield" | "textarea":
            limits = {"maxLength": random.randint(1, 400)} if random.random() < 0.5 else {}
            return {**component, "validate": {**required.get("validate", {}), **limits}}
        case "number":
            return {**component, **required, "decimalDigits": random.randrange(3)}
        case "datetime":
            partial = random.choice(({}, {"partial": "year"}, {"partial": "month"}))
            return {**component, **required, "dateLabel": key, "properties": partial}
        case "radio" | "select":
            return {**component, **required, "values": options}
        case "checklist":
            return {**component, "values": options}
        case "dossier":
            dossier = {"kind": "dossier"}
            return {**component, "type": "checklist", "values": options, "properties": dossier}
        case "group":
            inner = _components(random, depth - 1, f"{key}g")
            named = {"path": key} if random.random() < 0.5 else {}
            return {"type": "group", "label": key, **named, "components": inner}
        case "dynamiclist":
            inner = _components(random, 0, f"{key}d")
            return {"type": kind, "path": key, "label": key, "components": inner}
    return component
