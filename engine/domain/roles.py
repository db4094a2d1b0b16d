"""The register of roles: what a lane may name, under which spellings, and who records for whom."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A chức danh. `kind` is the authority whose units hold it (`ubnd-cap-xa`, `so-noi-vu`, …)."""

    id: str
    name: str
    kind: str
    level: str
    internal: bool  # people sign in; otherwise `recorded_by` records for it
    recorded_by: str | None = None  # role id; None for an external role: the preceding role records
    aliases: tuple[str, ...] = ()
    #: The role whose holders do the work in another unit: “UBND xã nơi khác” is `ubnd-xa` there.
    elsewhere: str | None = None


def spelling(name: str) -> str:
    """A name as it is compared: NFC, lower case, single blanks, `/` without blanks around it."""
    folded = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    return folded.replace(" / ", "/").replace(" /", "/").replace("/ ", "/")


class RoleRegister:
    """All roles, found by id, name or alias; the names of authorities and of fields of law."""

    def __init__(
        self,
        roles: Iterable[Role],
        authorities: Mapping[str, str],
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self.roles = {role.id: role for role in roles}
        self.authorities = dict(authorities)  # kind -> Vietnamese name
        self.fields = dict(fields or {})  # lĩnh vực: id -> Vietnamese name, in the order shown
        self._by_spelling: dict[str, Role] = {}
        for role in self.roles.values():
            for name in (role.id, role.name, *role.aliases):
                other = self._by_spelling.setdefault(spelling(name), role)
                if other is not role:
                    raise ValueError(f"“{name}” names both {other.id} and {role.id}")
        for role in self.roles.values():
            there = self.roles.get(role.elsewhere) if role.elsewhere else None
            if role.elsewhere and (there is None or not there.internal or there.elsewhere):
                raise ValueError(f"{role.id}: nobody does the work of {role.elsewhere}")

    def __getitem__(self, role_id: str) -> Role:
        return self.roles[role_id]

    def find(self, name: str) -> Role | None:
        """The role that `name` (id, name or alias, any case and spacing) stands for."""
        return self._by_spelling.get(spelling(name))

    def recorder(self, role_id: str) -> str:
        """The role whose holders do the work of `role_id` at the screen: itself when internal."""
        role = self.roles[role_id]
        if role.elsewhere is not None:
            return role.elsewhere
        return role.id if role.internal or role.recorded_by is None else role.recorded_by

    def nobody_records(self, role: Role) -> bool:
        """Whether the work is done outside and no role is named that records it."""
        return not role.internal and role.recorded_by is None
