"""What a host tells of itself, and who makes use of it."""

from __future__ import annotations

from eci_emulator.model.ranges import invented_vpc_cidr
from eci_emulator.store.table import Tenant
from eci_workers.node.announce import Announcer

from .harness import ACCOUNT, REGION, Lab, container


def test_an_invented_vpc_keeps_clear_of_networks_that_others_have_made(lab: Lab) -> None:
    """Two emulators on one engine come to the same range once in a while."""
    first_choice = invented_vpc_cidr(f"lab/{Tenant(ACCOUNT, REGION)}", [])
    lab.engine.ensure_network("theirs", first_choice, gateway="", default_gateway="", labels={"of": "them"})
    Announcer(lab.runtime).announce()
    assert [host.subnets for host in lab.store.hosts.all()] == [[first_choice]]
    group_id = lab.create(container())
    assert lab.group(group_id).state.placement.vpc_cidr != first_choice
    assert lab.status(group_id) == "Running"
