"""The deterministic engine names of everything a group consists of.

They are what makes a launch safe to repeat: a second create of the same name finds the first.
"""

from __future__ import annotations

import re

from eci_emulator.engine.driver import (
    LABEL_ATTEMPT,
    LABEL_CONTAINER,
    LABEL_GROUP,
    LABEL_INSTANCE,
    LABEL_ROLE,
)

ROLE_CONTAINER = "container"
ROLE_INIT = "init"
ROLE_SANDBOX = "sandbox"
ROLE_WARM = "warm"  # a sandbox made ahead of need
ROLE_ROUTER = "router"


class Names:
    """Names and labels within one emulator instance."""

    def __init__(self, instance: str) -> None:
        self.instance = instance

    def attempt(self, group_id: str, role: str, container: str, attempt: int) -> str:
        infix = "init-" if role == ROLE_INIT else ""
        return f"{group_id}-{infix}{container}-{attempt}"

    def sandbox(self, group_id: str) -> str:
        return f"{group_id}-sandbox"

    def volume(self, group_id: str, volume: str) -> str:
        return f"{group_id}-{volume}"

    def group_of(self, name: str) -> str:
        """The id of the group that a volume is named after; empty: it is not one group's alone.

        A disk or a data cache that the engine had to make for a mount carries that group's label, too.
        """
        if not name.startswith("eci-") or name.startswith(self.disk("")):
            return ""
        return "-".join(re.split(r"[-.]", name)[:2])

    def disk(self, disk_key: str) -> str:
        """The volume of a cloud disk."""
        return f"eci-{self.instance}-{disk_key.replace('/', '-')}"

    def files(self, group_id: str) -> str:
        """The volume of a group's own small files; no volume of a user's can have this name."""
        return f"{group_id}.files"

    def message_file(self, role: str, container: str, attempt: int) -> str:
        """Where an attempt's termination message lies in that volume."""
        return f"messages/{role}-{container}-{attempt}"

    def network(self, subnet: str) -> str:
        return f"eci-{self.instance}-{subnet.replace('/', '_')}"

    def router(self, subnet: str) -> str:
        return self.router_of(self.network(subnet))

    def router_of(self, network: str) -> str:
        return f"{network}-router"

    def metadata(self, subnet: str) -> str:
        """The volume of what the network's router tells groups about themselves."""
        return self.metadata_of(self.network(subnet))

    def metadata_of(self, network: str) -> str:
        return f"{network}-metadata"

    def labels(self, **extra: str) -> dict[str, str]:
        return {LABEL_INSTANCE: self.instance, **extra}

    def group_labels(self, group_id: str) -> dict[str, str]:
        return self.labels(**{LABEL_GROUP: group_id})

    def attempt_labels(self, group_id: str, role: str, container: str, attempt: int) -> dict[str, str]:
        return {
            **self.group_labels(group_id),
            LABEL_ROLE: role,
            LABEL_CONTAINER: container,
            LABEL_ATTEMPT: str(attempt),
        }
