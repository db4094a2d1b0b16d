"""Every address of the house, tried by those who have no business behind it: ids are guessed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from engine.domain.books import Kind
from engine.persistence.tables import AttachmentRow, CasePersonRow, ReceiptRow
from engine.ports import UploadedFile
from engine.services import custody, numbering, originals
from engine.services.documents import issuing
from engine.services.originals import Receiver
from tests.factories import World
from tests.scans import pdf
from tests.services import gathered
from web.app import CONTENT_POLICY
from web.auth import PUBLIC

NAMES = ("Nguyễn Thị Mừng", "Nguyễn Văn Ân")

#: Parts of an address that lead to somebody's data.
LEADING = frozenset(
    {
        "apology_id",
        "attachment_id",
        "case_id",
        "document_id",
        "list_id",
        "move_id",
        "number_id",
        "original_id",
        "person_id",
        "task_id",
        "timer_id",
    }
)

#: Rooms of administrators, where ids are of other things.
OFFICES = ("/quan-tri", "/lich", "/thu-tuc", "/thong-bao")


@dataclass(frozen=True)
class Scene:
    """What there is to guess at, all of An Phú and the department."""

    town: World
    ids: dict[str, object]


@pytest.fixture
def scene(town: World) -> Scene:
    """A dossier that has come to the department, with something in every room."""
    case_id = town.file(**{**gathered.WHOLE, "ls_ho_ten": NAMES[1]})
    town.do(case_id, "B1b", ho_so_quet=[UploadedFile("đơn.pdf", pdf(1))])
    town.walk(case_id, *gathered.TO_B12[1:])
    with town.act("hoa") as act:
        document = issuing.issue_form(act, case_id, "bm-01").id
        name, number = custody.suggested(town.case(case_id))
        paper = originals.note(act, case_id, name, number, "")
        move = originals.hand(act, paper.id, Receiver(town.units["snv"]), "").id
        original = paper.id
    with town.act("giang") as act:
        taken = numbering.take(act, town.units["ap"], Kind.OUTGOING, "công văn đi").id
    list_id = gathered.gather(town, [case_id])
    with town.act(write=False) as act:
        found = {
            "attachment_id": select(AttachmentRow.id).where(AttachmentRow.case_id == case_id),
            "person_id": select(CasePersonRow.person_id).where(CasePersonRow.case_id == case_id),
            "number": select(ReceiptRow.number).where(ReceiptRow.case_id == case_id),
        }
        ids = {name: act.session.scalars(asked.limit(1)).one() for name, asked in found.items()}
    ids |= {
        "apology_id": 1,
        "case_id": case_id,
        "document_id": document,
        "ending": "pdf",
        "key": "qt02-cap-doi-bang",
        "kind": "bm-01",
        "list_id": list_id,
        "move_id": move,
        "number_id": taken,
        "original_id": original,
        "other_id": case_id + 1,
        "task_id": town.task(case_id, "B12").id,
        "timer_id": 1,
        "unit_id": town.units["ap"],
        "year": 2026,
    }
    return Scene(town, ids)


def rules(web: Flask, method: str) -> list[Rule]:
    found = [rule for rule in web.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(found, key=lambda rule: rule.rule)


def address(web: Flask, rule: Rule, ids: dict[str, object]) -> str:
    """The rule's address with these ids; 1 for what is of no dossier, as a guess."""
    said = {name: ids.get(name, 1) for name in rule.arguments}
    if rule.endpoint.startswith("list_papers"):
        said["kind"] = "mau-83"
    if rule.endpoint.startswith(("books", "numbers", "book_settings")) and "kind" in said:
        said["kind"] = "outgoing"
    with web.test_request_context():
        return web.url_map.bind("localhost").build(rule.endpoint, said)


def of_somebody(rule: Rule) -> bool:
    leads = rule.arguments & LEADING or {"unit_id", "year"} <= rule.arguments
    return bool(leads) and not rule.rule.startswith(OFFICES)


def test_who_has_no_business_with_a_dossier_opens_nothing_of_it(web, browser, scene):
    """Another commune's officer, somebody without a post, an administrator, an analyst."""
    opened = []
    tried = 0
    for who in ("quan", "tam", "uyen", "vinh"):
        one = browser(who)
        for rule in rules(web, "GET"):
            if rule.endpoint == "static":
                continue
            answer = one.get(address(web, rule, scene.ids))
            shown = [name for name in NAMES if name.encode() in answer.data]
            refused = answer.status_code in (403, 404) or not of_somebody(rule)
            if shown or not refused:
                opened.append((who, rule.rule, answer.status_code, shown))
            tried += of_somebody(rule)
        for path in ("/nguoi?q=mung", "/nguoi/goi-y?q=mung", "/ho-so?q=mung", "/danh-sach/?q=a"):
            found = one.get(path)
            opened += [(who, path, name, []) for name in NAMES if name in found.text]
    assert opened == []
    assert tried > 4 * 30


def test_who_has_no_business_with_a_dossier_changes_nothing_of_it(web, browser, scene):
    case_id = scene.ids["case_id"]
    before = scene.town.acts(case_id)
    done = []
    for who in ("quan", "tam", "uyen", "vinh"):
        one = browser(who)
        token = one.token()
        for rule in rules(web, "POST"):
            if not of_somebody(rule):
                continue
            said = {"reason": "Vì vậy.", "purpose": "Thử.", "code": "x", "voi": "1"}
            answer = one.post(address(web, rule, scene.ids), token, **said)
            if answer.status_code not in (403, 404, 422):
                done.append((who, rule.rule, answer.status_code))
            if any(name in answer.text for name in NAMES):
                done.append((who, rule.rule, "shows"))
    assert done == []
    assert scene.town.acts(case_id) == before


def test_nobody_gets_in_without_signing_in(web, browser):
    nobody = browser(None)
    for rule in rules(web, "GET"):
        if rule.endpoint in PUBLIC:
            continue
        answer = nobody.get(address(web, rule, {}))
        assert answer.status_code in (302, 401), rule.rule
        assert answer.headers.get("Location", "/dang-nhap").startswith("/dang-nhap"), rule.rule


def test_nothing_is_changed_without_the_pages_own_token(web, browser):
    """By anybody's page elsewhere, in the name of who is signed in: uploads included."""
    hoa = browser("hoa")
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        for rule in rules(web, method):
            place = address(web, rule, {})
            answer = hoa.client.open(place, method=method, headers={"Tus-Resumable": "1.0.0"})
            assert answer.status_code in (400, 403), (method, rule.rule, answer.status_code)
            assert not answer.headers.get("Location"), (method, rule.rule)


def test_every_page_has_the_strict_policy_and_no_script_of_its_own(web, browser, scene):
    for who in ("hoa", "lan", "uyen"):
        one = browser(who)
        for rule in rules(web, "GET"):
            if rule.endpoint == "static":
                continue
            answer = one.get(address(web, rule, scene.ids))
            assert answer.status_code < 500, (who, rule.rule)
            policy = answer.headers["Content-Security-Policy"]
            assert policy in (CONTENT_POLICY, "default-src 'none'; sandbox"), rule.rule
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer.headers["Cache-Control"], rule.rule
            if answer.mimetype == "text/html":
                assert "<script>" not in answer.text, rule.rule
                assert " onclick=" not in answer.text, rule.rule


@pytest.mark.parametrize("typed", ["²", "٣", "9" * 30, "-1", "1.0", "x"])
def test_ids_that_are_none_break_nothing(town, browser, typed):
    """Digits of other scripts, and numbers that no key can be."""
    giang, admin = browser("giang"), browser("uyen")
    for path in ("/xac-minh-chu-ky?tep=", "/ban-goc/moi?ho_so=", "/nguoi/1/gop?voi="):
        assert giang.get(path + typed).status_code < 500, path
    assert admin.get(f"/quan-tri/luot-xem?nguoi={typed}").status_code == 422
    for path, field in (
        ("/van-ban/cho-ky", "viec"),
        ("/ban-goc/moi", "ho_so"),
        ("/ban-goc/ban-giao", "ban_goc"),
        ("/ban-goc/xac-nhan", "viec"),
    ):
        for value in (typed, f"ky:{typed}"):
            assert giang.post(path, **{field: value, "don_vi": typed}).status_code < 500, path
    assert admin.post("/quan-tri/chung-thu", chu=f"nguoi:{typed}").status_code < 500
