"""Sentences of the engine in a reader's language where no request tells which: in mails."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from engine.domain.messages import Message

CATALOGUES = Path(__file__).resolve().parent / "translations"


def words(message: Message, language: str) -> str:
    """The message in `language`, its values filled in; Vietnamese where no translation is known."""
    template = _catalogue(language).gettext(message.template)
    values = {
        name: words(value, language) if isinstance(value, Message) else value
        for name, value in message.params.items()
    }
    return str(template % values if values else template)


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [language])
