"""Virtual nodes: created Pending, Ready a little later, deleted at once."""

from __future__ import annotations

from typing import Final

import msgspec
from redis.client import Pipeline

from eci_emulator.actions import networking
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.listing import filters, listing
from eci_emulator.actions.paging import page_size
from eci_emulator.actions.records import change, remove
from eci_emulator.model import errors, ids
from eci_emulator.model.virtual_node import VirtualNode
from eci_emulator.schemas.json_texts import check_object, id_list
from eci_emulator.schemas.virtual_nodes import NodeChange, NodeQuery, NodeReference, NodeRequest
from eci_emulator.store import keys
from eci_emulator.store.addresses import NoAddressLeft, free_address, take_address
from eci_emulator.store.table import Conflict
from eci_emulator.store.timers import set_timer

Json = dict[str, object]

#: Seconds from creation until a node is Ready.
STARTING_SECONDS: Final = 3.0
MAX_IDS: Final = 20
MAX_PAGE: Final = 50
DEFAULT_PAGE: Final = 20


def create_virtual_node(emulator: Emulator, caller: Caller, request: NodeRequest) -> Json:
    """Answer with the id of a new node, Pending. Raises InvalidFormat, NotFound, VSwitchZoneMismatch, IpNotEnough."""
    check_object("CustomResources", request.custom_resources)
    while True:
        node = _placed(emulator, caller, request)
        answer: Json = {"VirtualNodeId": node.id}

        def also(pipe: Pipeline, node: VirtualNode = node, answer: Json = answer) -> None:
            take_address(pipe, node.cidr, node.ip, node.id)
            set_timer(pipe, "virtual-node", node.id, node.creation_time + STARTING_SECONDS)
            caller.remember(pipe, answer)

        try:
            emulator.store.virtual_nodes.save(node, watch=[keys.addresses(node.cidr)], also=also)
        except Conflict:
            continue  # somebody took the address; take the next
        return answer


def _placed(emulator: Emulator, caller: Caller, request: NodeRequest) -> VirtualNode:
    region = emulator.catalogue.region(caller.region)
    vswitch = networking.vswitches(emulator, caller, region, request.v_switch_id, request.zone_id)[0]
    security_group = networking.security_group(
        emulator, caller, region, request.security_group_id, vswitch.vpc_id
    )
    try:
        ip = free_address(emulator.store.redis, vswitch.cidr)
    except NoAddressLeft:
        raise errors.IpNotEnough() from None
    asked = msgspec.structs.asdict(request)
    asked.update(zone_id=vswitch.zone_id, v_switch_id=vswitch.public_id, security_group_id=security_group)
    now = emulator.store.clock.now()
    node = VirtualNode(
        id=ids.new_id("vnd", region.code),
        account=caller.account,
        region=caller.region,
        creation_time=now,
        sequence=emulator.store.virtual_nodes.next_sequence(),
        vpc_id=vswitch.vpc_id,
        cidr=vswitch.cidr,
        ip=ip,
        **asked,
    )
    node.tell(now, "Created", "Successfully created virtual node")
    return node


def update_virtual_node(emulator: Emulator, caller: Caller, request: NodeChange) -> Json:
    """Raises NotFound, InvalidFormat."""
    check_object("CustomResources", request.values.get("custom_resources", ""))

    def apply(node: VirtualNode) -> None:
        for name, value in request.values.items():
            setattr(node, name, value)

    change(emulator.store.virtual_nodes, caller, "VirtualNodeId", request.virtual_node_id, apply)
    return {}


def delete_virtual_node(emulator: Emulator, caller: Caller, request: NodeReference) -> Json:
    """Raises NotFound."""

    def also(pipe: Pipeline, node: VirtualNode) -> None:
        pipe.hdel(keys.addresses(node.cidr), node.ip)
        set_timer(pipe, "virtual-node", node.id, None)

    remove(emulator.store.virtual_nodes, caller, "VirtualNodeId", request.virtual_node_id, also)
    return {}


def describe_virtual_nodes(emulator: Emulator, caller: Caller, query: NodeQuery) -> bytes:
    wanted = {
        "name": query.virtual_node_name,
        "status": query.status,
        "resource-group": query.resource_group_id,
    }
    return listing(
        caller,
        emulator.store.virtual_nodes,
        "VirtualNodes",
        filters(wanted, query.tag),
        ids=id_list("VirtualNodeIds", query.virtual_node_ids, MAX_IDS),
        size=page_size(query.limit, MAX_PAGE, DEFAULT_PAGE),
        token=query.next_token,
    )
