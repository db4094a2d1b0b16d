"""Every Vietnamese sentence of product has an English one that can be filled in the same way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.web.conftest import CATALOGUE
from web.app import WEB

HOUSE = WEB.parent
PLACE = re.compile(r"%(?:\((\w+)\)[a-z]|%)")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None, "lazy_gettext": None}


def found(folder: Path):
    """Every sentence in the sources of a folder: msgid -> where it stands."""
    with (WEB / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    sentences = {}
    for filename, line, message, _comments, _context in extract_from_dir(
        folder, methods, options, keywords=KEYWORDS
    ):
        key = message if isinstance(message, str) else message[0]
        sentences.setdefault(key, f"{folder.name}/{filename}:{line}")
    return sentences


@pytest.fixture(scope="module")
def sources():
    return found(WEB) | found(HOUSE / "engine") | found(HOUSE / "forms")


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def forms_of(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_no_sentence_lacks_its_english(sources, catalogue):
    known = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and all(forms_of(message)) and not message.fuzzy
    }
    missing = {key: place for key, place in sources.items() if key and key not in known}
    assert not missing, "\n".join(f"{place}: {key}" for key, place in missing.items())


def test_no_english_is_left_of_sentences_that_are_gone(sources, catalogue):
    kept = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id]
    assert [key for key in kept if key not in sources] == []


def test_every_translation_names_the_same_values(catalogue):
    for message in catalogue:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        for text in forms_of(message):
            assert set(PLACE.findall(text)) == set(PLACE.findall(key)), key
            assert text.count("{") == key.count("{"), key


def test_plain_percent_signs_are_doubled_where_values_are_filled_in(sources):
    for key in sources:
        if "%(" in key:
            assert "%" not in PLACE.sub("", key), key


def test_no_sentence_hides_inside_another_string(sources):
    """Before Python 3.12 Babel cannot see calls inside f-strings."""
    hidden = re.compile(r"\{ *(_|say|gettext|ngettext)\(")
    rooms = (WEB, HOUSE / "engine", HOUSE / "forms")
    files = [
        path for room in rooms for path in room.rglob("*.py") if "node_modules" not in str(path)
    ]
    assert [str(path) for path in files if hidden.search(path.read_text(encoding="utf-8"))] == []
