"""Passwords as argon2id hashes."""

from __future__ import annotations

import argon2
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Implements ports.PasswordHasher with RFC 9106's low-memory profile, the library's default.

    `profile` is for tests, which cannot wait for strong hashes.
    """

    def __init__(self, profile: argon2.Parameters = argon2.profiles.RFC_9106_LOW_MEMORY) -> None:
        self._hasher = argon2.PasswordHasher.from_parameters(profile)
        self._quick = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def hash_generated(self, password: str) -> str:
        """A long random password needs no slow hash: nobody can try them all.

        A thousand accounts are imported in one act, which would take a minute otherwise.
        """
        return self._quick.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        """Whether `password` is the one; an unreadable hash matches nothing.

        Takes as long for a quick hash as for any other: the time tells nothing of an account.
        """
        try:
            if self._hasher.check_needs_rehash(hashed):
                self._hasher.hash(password)
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
