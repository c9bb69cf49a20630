"""VPCs and vSwitches across all accounts: what shares the engine's networks."""

from __future__ import annotations

from collections.abc import Iterator

from eci_emulator.model.network import Vpc, VSwitch
from eci_emulator.store.database import Store
from eci_emulator.store.table import Tenant


def everywhere(store: Store) -> Iterator[tuple[Vpc, VSwitch]]:
    """The vSwitches of all accounts and regions, each with its VPC."""
    vpcs = {vpc.id: vpc for vpc in store.vpcs.get_many(store.vpcs.all_ids())}
    for vswitch in store.vswitches.get_many(store.vswitches.all_ids()):
        vpc = vpcs.get(Tenant(vswitch.account, vswitch.region).scoped(vswitch.vpc_id))
        if vpc:
            yield vpc, vswitch
