"""What the metadata server tells a group about itself: a tree of small texts, as on ECS. Pure."""

from __future__ import annotations

import ipaddress
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from eci_emulator.model.group import ContainerGroup, GroupSpec, Placement
from eci_emulator.model.ranges import engine_subnet, router
from eci_emulator.model.times import iso

#: Where a program learns that its spot instance is taken back, and when.
RELEASE_NOTICE: Final = "instance/spot/termination-time"
#: The engine's own resolver, which a group asks unless it was given others.
RESOLVER: Final = "127.0.0.11"
NTP_SERVERS: Final = [f"ntp{number}.aliyun.com" for number in range(1, 8)]
CREDENTIAL_SECONDS: Final = 365 * 86_400

_SERIAL_SPACE: Final = uuid.UUID("7f1b1c3e-5d0c-4a5e-9b1a-0e0f5a1d2c3b")


class Credentials(Struct):
    """The temporary access key of a RAM role."""

    access_key_id: str
    access_key_secret: str
    security_token: str


def metadata(group: ContainerGroup, credentials: Credentials, now: float) -> dict[str, str]:
    """Path below ``/latest/meta-data/`` -> text."""
    spec, placed = group.spec, group.state.placement
    tree = {
        "instance-id": group.id,
        "hostname": spec.host_name or spec.name,
        "owner-account-id": group.account,
        "serial-number": str(uuid.uuid5(_SERIAL_SPACE, group.id)),
        "region-id": group.region,
        "zone-id": placed.zone_id,
        "network-type": "vpc",
        "mac": mac(placed.ip),
        "private-ipv4": placed.ip,
        **_place(placed),
        "dns-conf/nameservers": "\n".join(resolvers(spec)),
        "ntp-conf/ntp-servers": "\n".join(spec.ntp_servers or NTP_SERVERS),
        **{f"network/interfaces/macs/{mac(placed.ip)}/{path}": text for path, text in _interface(placed)},
    }
    if placed.internet_ip:
        tree["eipv4"] = placed.internet_ip
    if placed.instance_type:
        tree["instance/instance-type"] = placed.instance_type
    if spec.ram_role_name:
        tree[f"ram/security-credentials/{spec.ram_role_name}"] = _credentials(credentials, now)
    return tree


def resolvers(spec: GroupSpec) -> list[str]:
    """The DNS servers of a group: those it names are added to the engine's, or with the policy ``None`` are all."""
    named = spec.dns_config.name_servers if spec.dns_config else []
    return named if named and spec.dns_policy == "None" else [RESOLVER, *named]


def mac(ip: str) -> str:
    """The hardware address that the engine gives a container with this address."""
    return ":".join(f"{byte:02x}" for byte in (0x02, 0x42, *ipaddress.ip_address(ip).packed))


def _place(placed: Placement) -> dict[str, str]:
    return {
        "vpc-id": placed.vpc_id,
        "vpc-cidr-block": placed.vpc_cidr,
        "vswitch-id": placed.v_switch_id,
        "vswitch-cidr-block": placed.cidr,
    }


def _interface(placed: Placement) -> Iterator[tuple[str, str]]:
    subnet = engine_subnet(placed.vpc_cidr, placed.cidr)
    yield "network-interface-id", placed.eni_instance_id
    yield "primary-ip-address", placed.ip
    yield "private-ipv4s", msgspec.json.encode([placed.ip]).decode()
    yield "netmask", str(ipaddress.ip_network(subnet).netmask)
    yield "gateway", router(subnet)
    yield from _place(placed).items()


def _credentials(credentials: Credentials, now: float) -> str:
    answer = {
        "AccessKeyId": credentials.access_key_id,
        "AccessKeySecret": credentials.access_key_secret,
        "Expiration": iso(now + CREDENTIAL_SECONDS),
        "SecurityToken": credentials.security_token,
        "LastUpdated": iso(now),
        "Code": "Success",
    }
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()


def lines(tree: Mapping[str, str]) -> bytes:
    """A tree as the router reads it: ``/path``, a tab, the text with C's escapes. Folders list what is in them."""
    folders: dict[str, set[str]] = defaultdict(set)
    for path in tree:
        parts = path.split("/")
        for depth, part in enumerate(parts):
            folders["/".join(parts[:depth])].add(part + "/" * (depth < len(parts) - 1))
    listings = {folder: "\n".join(sorted(names)) for folder, names in folders.items()}
    return "".join(f"/{path}\t{_escaped(text)}\n" for path, text in {**listings, **tree}.items()).encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
