"""Looking up a dossier without signing in: the key on the receipt, and what it opens."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from engine.persistence.tables import CaseRow
from engine.services.act import Act
from engine.settings import Settings

#: Nobody who copies a key from paper takes one of these for another: no 0 O, no 1 I.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
KEY_LENGTH = 10  # 50 bits, and few guesses are allowed

PAGE = "/tra-cuu"


def key_of(act: Act, case: CaseRow) -> str:
    """The key that opens the case's look-up page; made now when it has none yet.

    The act holds the case's lock, and writes the case with everything else it changes. The same
    key for as long as the case is kept: receipts that were handed out stay good.
    """
    if case not in act.session:
        raise LookupError(f"case {case.code} is of another act: its key would be lost")
    if case.look_up_key is None:
        case.look_up_key = "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))
    return case.look_up_key


def address(settings: Settings, code: str, key: str) -> str:
    """Where the applicant looks: what the QR code on a receipt holds."""
    return f"{settings.site}{PAGE}?{urlencode({'ma': code, 'khoa': key})}"
