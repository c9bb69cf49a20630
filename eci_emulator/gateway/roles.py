"""Access keys that nobody configured: those that groups with a RAM role find in their metadata."""

from __future__ import annotations

from eci_emulator.gateway.keys import AccessKey, Keys
from eci_emulator.store.database import Store
from eci_emulator.store.role_keys import credentials, group_of


class RoleKeys:
    """The keys of the groups that are there now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lookup(self, access_key_id: str) -> AccessKey | None:
        group_id = group_of(access_key_id)
        group = self._store.groups.get(group_id) if group_id else None
        if group is None or not group.spec.ram_role_name:
            return None
        made = credentials(self._store.redis, group_id)
        return AccessKey(
            access_key_id=access_key_id,
            access_key_secret=made.access_key_secret,
            security_token=made.security_token,
            account_id=group.account,
        )


class FirstOf:
    """Keys looked up in several places, in order."""

    def __init__(self, *places: Keys) -> None:
        self._places = places

    def lookup(self, access_key_id: str) -> AccessKey | None:
        found = (place.lookup(access_key_id) for place in self._places)
        return next((key for key in found if key), None)
