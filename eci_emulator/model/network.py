"""VPCs, vSwitches, security groups, EIPs: the neighbours that a container group lives with.

They are small on purpose: what ECI needs of them (zone, address range, membership) is acted on,
the rest is kept so that Describe gives back what was said.
"""

from __future__ import annotations

from msgspec import Struct, field

from eci_emulator.model.group import Tag


class Neighbour(Struct, rename="pascal", omit_defaults=True, kw_only=True):
    """What all records here have in common."""

    id: str  # with the tenant in front: users may name what nobody created, and two may name the same
    account: str
    region: str
    name: str = ""
    description: str = ""
    resource_group_id: str = ""
    tags: list[Tag] = field(default_factory=list)
    creation_time: float = 0.0
    invented: bool = False  # came to be because a group named it, not because anybody created it
    sequence: int = 0
    version: int = 0

    @property
    def public_id(self) -> str:
        """The id as the API shows it."""
        return self.id.rpartition("/")[2]


class Vpc(Neighbour):
    cidr: str
    user_cidrs: list[str] = field(default_factory=list)
    ipv6_cidr: str = ""  # a /56; kept, not acted on, and so is what follows
    dns_hostname: bool = False
    route_table_name: str = ""
    route_table_description: str = ""
    route_propagation: bool = True


class VSwitch(Neighbour):
    vpc_id: str
    zone_id: str
    cidr: str
    ipv6_cidr: str = ""  # a /64 of the VPC's, in name: groups get no address of it


class Rule(Struct, rename="pascal", omit_defaults=True, kw_only=True):
    """One rule of a security group. It is kept and given back; no packet meets it."""

    id: str
    direction: str  # ingress | egress
    ip_protocol: str  # TCP | UDP | ICMP | ICMPv6 | GRE | ALL
    port_range: str = "-1/-1"
    policy: str = "Accept"  # Accept | Drop
    priority: str = "1"
    nic_type: str = "intranet"
    cidr_ip: str = ""  # of the other side: the source of ingress, the destination of egress
    ipv6_cidr_ip: str = ""
    group_id: str = ""
    group_owner_account: str = ""
    prefix_list_id: str = ""
    description: str = ""
    creation_time: float = 0.0

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from the other rules of its group."""
        other_side = (self.cidr_ip, self.ipv6_cidr_ip, self.group_id, self.prefix_list_id)
        terms = (self.ip_protocol, self.port_range, self.policy.lower(), self.priority, self.nic_type)
        return (self.direction, *terms, *other_side)


class SecurityGroup(Neighbour):
    vpc_id: str
    security_group_type: str = "normal"
    inner_access_policy: str = "Accept"
    rules: list[Rule] = field(default_factory=list)


class Eip(Neighbour):
    """A public address, in name: no packet from outside comes in through it."""

    address: str
    bandwidth: str = "5"  # Mbit/s
    internet_charge_type: str = "PayByBandwidth"
    charge_type: str = "PostPaid"  # or PrePaid
    isp: str = "BGP"
    mode: str = "NAT"  # or BINDED, MULTI_BINDED: how an interface sees it, which nobody does here
    security_protection_types: list[str] = field(default_factory=list)
    deletion_protection: bool = False
