"""Vietnamese text as people search for it: without diacritics, case or spelling variants."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """`text` in lower-case ASCII-like letters: no diacritics, đ → d, single blanks.

    NFC and NFD input give the same result, with or without invisible letters between.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(
        c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )
    return " ".join(bare.replace("đ", "d").split())
