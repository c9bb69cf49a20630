"""Address ranges of VPCs, vSwitches, EIPs and the engine's networks: what they reserve, hold and overlap. Pure."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Iterator
from typing import Final

#: Addresses at the start of a range that are never given to groups: the network itself, the bridge,
#: the VPC's router. The last one is the broadcast address, the one before it the router's own leg.
RESERVED_LOW: Final = 3
RESERVED_HIGH: Final = 2

#: The addresses EIPs have: ranges kept for documentation, and the one for benchmarks when those are used up.
#: No network uses them, so that nothing real is ever mistaken for a group of ours.
EIP_RANGES: Final = ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "198.18.0.0/15")
#: Kept for documentation, too.
IPV6_RANGE: Final = ipaddress.IPv6Network("2001:db8::/32")


class NoRangeLeft(Exception):
    """Every range that could be made up is taken."""


def addresses(cidr: str, start: int = 0) -> Iterator[str]:
    """The addresses of a range that groups may have, beginning at offset ``start`` and going round once."""
    network = ipaddress.ip_network(cidr)
    count = network.num_addresses - RESERVED_LOW - RESERVED_HIGH
    base = int(network.network_address) + RESERVED_LOW
    for step in range(max(count, 0)):
        yield str(ipaddress.ip_address(base + (start + step) % count))


def capacity(cidr: str) -> int:
    """How many groups a vSwitch of that range can hold at once."""
    return max(ipaddress.ip_network(cidr).num_addresses - RESERVED_LOW - RESERVED_HIGH, 0)


def holds(cidr: str, address: str) -> bool:
    """Whether a group may have that address in a vSwitch of that range."""
    try:
        offset = int(ipaddress.IPv4Address(address)) - int(ipaddress.ip_network(cidr).network_address)
    except ValueError:
        return False
    return 0 <= offset - RESERVED_LOW < capacity(cidr)


def invented_vpc_cidr(
    seed: str, taken: Iterable[str], vpcs: Iterable[str] = (), networks: Iterable[str] = ()
) -> str:
    """A /16 for a VPC nobody created: stable for the seed, and clear of the ranges already taken.

    If possible it is clear of other VPCs, too, else at least of their networks of the engine, else it is the
    same as one of these. Drawn from 10.64.0.0 to 10.191.255.255, which is rarely routed by home and office
    networks. Raises NoRangeLeft.
    """
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:2], "big") % 128
    numbers = [64 + (start + step) % 128 for step in range(128)]
    candidates = [ipaddress.IPv4Network(f"10.{number}.0.0/16") for number in numbers]
    busy, known, used = _networks(taken), _networks(vpcs), _networks(networks)
    free = [candidate for candidate in candidates if _apart(candidate, busy)]
    apart = [candidate for candidate in free if _apart(candidate, used)]
    return _first(
        [
            *(candidate for candidate in apart if _apart(candidate, known)),
            *apart,
            *(candidate for candidate in free if _same_or_apart(candidate, used)),
        ]
    )


def invented_vswitch_cidr(vpc_cidr: str, siblings: Iterable[str], twins: Iterable[str] = ()) -> str:
    """The first /20 (or a sixteenth of the VPC) that no other vSwitch of the VPC has; one of theirs when none is left.

    ``twins`` are the vSwitches of other VPCs that have the same range: none may be merely overlapped.
    Raises NoRangeLeft.
    """
    vpc, taken = ipaddress.IPv4Network(vpc_cidr), list(siblings)
    busy, shared = _networks(taken), _networks(twins)
    for candidate in vpc.subnets(new_prefix=min(max(20, vpc.prefixlen), 28)):
        if _apart(candidate, busy) and _same_or_apart(candidate, shared):
            return str(candidate)
    again = sorted(busy)
    return _first(again[len(taken) % len(again) :] if again else ())


def _networks(cidrs: Iterable[str]) -> set[ipaddress.IPv4Network]:
    """Those of IPv4; a host may have others."""
    networks = map(ipaddress.ip_network, cidrs)
    return {network for network in networks if isinstance(network, ipaddress.IPv4Network)}


def _apart(candidate: ipaddress.IPv4Network, others: Iterable[ipaddress.IPv4Network]) -> bool:
    return not any(map(candidate.overlaps, others))


def _same_or_apart(candidate: ipaddress.IPv4Network, others: Iterable[ipaddress.IPv4Network]) -> bool:
    return all(candidate == other or not candidate.overlaps(other) for other in others)


def _first(found: Iterable[ipaddress.IPv4Network]) -> str:
    for network in found:
        return str(network)
    raise NoRangeLeft


def ipv6_range(seed: str) -> str:
    """The IPv6 range of a VPC: a /56, stable for the seed, of the addresses kept for documentation."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:3], "big")
    return str(ipaddress.IPv6Network((int(IPV6_RANGE.network_address) + (number << 72), 56)))


def ipv6_subnets(vpc_range: str) -> list[str]:
    """The 256 ranges that vSwitches can have of it, in the order of their numbers."""
    return [str(subnet) for subnet in ipaddress.IPv6Network(vpc_range).subnets(new_prefix=64)]


def engine_subnet(vpc_cidr: str, vswitch_cidr: str) -> str:
    """The range of the engine's network: the VPC's, so that its vSwitches reach each other.

    A VPC wider than /16 would take over the host's routes to half the world: there the
    vSwitch has a network to itself.
    """
    return vpc_cidr if ipaddress.ip_network(vpc_cidr).prefixlen >= 16 else vswitch_cidr


def gateway(subnet: str) -> str:
    """The bridge's own address."""
    return str(ipaddress.ip_network(subnet).network_address + 1)


def router(subnet: str) -> str:
    """The address of the VPC's router, the default gateway of every group."""
    return str(ipaddress.ip_network(subnet).network_address + 2)


def router_leg(subnet: str) -> str:
    """The address by which the engine knows the router's container (it may not give out the gateway's)."""
    return str(ipaddress.ip_network(subnet).broadcast_address - 1)
