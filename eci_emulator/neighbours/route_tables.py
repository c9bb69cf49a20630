"""Route tables: the one that every VPC has."""

from __future__ import annotations

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model.neighbour_errors import RouteTableNotFound
from eci_emulator.model.network import Vpc
from eci_emulator.neighbours import common, vpcs
from eci_emulator.neighbours.common import Asked, Json, Renaming


class RouteTableListing(Asked):
    vpc_id: str = ""
    route_table_id: str = ""


class RouteTableChanges(Renaming):
    route_table_id: str
    route_table_name: str | None = None
    route_propagation_enable: bool | None = None


def describe_route_table_list(emulator: Emulator, caller: Caller, query: RouteTableListing) -> Json:
    having = _having(emulator, caller, query.route_table_id)
    shown = [
        _route_table(emulator, caller, vpc) for vpc in having if common.among(query.vpc_id, vpc.public_id)
    ]
    return {
        "TotalCount": len(shown),
        "PageNumber": 1,
        "PageSize": 50,
        "RouterTableList": {"RouterTableListType": shown},
    }


def modify_route_table_attributes(emulator: Emulator, caller: Caller, asked: RouteTableChanges) -> Json:
    """Raises RouteTableNotFound."""
    having = _having(emulator, caller, asked.route_table_id)
    if not having:
        raise RouteTableNotFound(id=asked.route_table_id)
    changes = {
        "route_table_name": asked.route_table_name,
        "route_table_description": asked.description,
        "route_propagation": asked.route_propagation_enable,
    }

    def change(stored: Vpc) -> None:
        for name, value in changes.items():
            if value is not None:
                setattr(stored, name, value)

    emulator.store.vpcs.update(having[0].id, change)
    return {}


def _having(emulator: Emulator, caller: Caller, table_ids: str) -> list[Vpc]:
    """The VPCs that have one of these route tables, separated by commas; none means all."""
    return [
        vpc
        for vpc in common.all_of(emulator.store.vpcs, caller)
        if common.among(table_ids, vpcs.route_table_id(vpc.public_id))
    ]


def _route_table(emulator: Emulator, caller: Caller, vpc: Vpc) -> Json:
    vswitches = common.all_of(emulator.store.vswitches, caller, f"vpc={vpc.public_id}")
    return {
        **common.shared_view(vpc),
        "Description": vpc.route_table_description,  # its own: Terraform would take the VPC's for a change
        "RouteTableId": vpcs.route_table_id(vpc.public_id),
        "RouteTableName": vpc.route_table_name,
        "RouteTableType": "System",
        "RouterId": vpcs.router_id(vpc.public_id),
        "RouterType": "VRouter",
        "VpcId": vpc.public_id,
        "AssociateType": "VSwitch",
        "RoutePropagationEnable": vpc.route_propagation,
        "Status": "Available",
        "VSwitchIds": {"VSwitchId": [vswitch.public_id for vswitch in vswitches]},
        "GatewayIds": {"GatewayId": []},
        "CreationTime": common.created(vpc),
        "Tags": {"Tag": []},
    }
