"""Rules of security groups: authorized, changed, revoked."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network

from msgspec import field

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import errors, ids
from eci_emulator.model.network import Rule, SecurityGroup
from eci_emulator.neighbours import security_groups
from eci_emulator.neighbours.common import Asked, Json

Serve = Callable[[Emulator, Caller, "RuleRequest"], Json]


class Permission(Asked):
    """One rule as requested; only the side (source or destination) of its direction is read."""

    ip_protocol: str = ""
    port_range: str = "-1/-1"
    policy: str = "accept"
    priority: str = "1"
    nic_type: str = "intranet"
    source_cidr_ip: str = ""
    dest_cidr_ip: str = ""
    ipv6_source_cidr_ip: str = ""
    ipv6_dest_cidr_ip: str = ""
    source_group_id: str = ""
    dest_group_id: str = ""
    source_group_owner_account: str = ""
    dest_group_owner_account: str = ""
    source_prefix_list_id: str = ""
    dest_prefix_list_id: str = ""
    description: str = ""


class RuleRequest(Permission, kw_only=True):
    """Rules one by one in ``permissions``, by their ids, or a single one in the request itself."""

    security_group_id: str
    permissions: list[Permission] = field(default_factory=list)
    security_group_rule_id: list[str] = field(default_factory=list)


def authorize(emulator: Emulator, caller: Caller, asked: RuleRequest, direction: str) -> Json:
    """Add rules; one that exists already stays as it is."""
    now = emulator.store.clock.now()
    code = emulator.catalogue.region(caller.region).code
    wanted = [
        _rule(permission, direction, ids.new_id("sgr", code), now) for permission in _permissions(asked)
    ]

    def change(group: SecurityGroup) -> None:
        known = {rule.identity for rule in group.rules}
        group.rules += [rule for rule in wanted if rule.identity not in known]

    return _change(emulator, caller, asked, change)


def revoke(emulator: Emulator, caller: Caller, asked: RuleRequest, direction: str) -> Json:
    """Remove rules; one that is not there is no error."""
    gone = _meant(asked, direction)

    def change(group: SecurityGroup) -> None:
        group.rules = [rule for rule in group.rules if not gone(rule)]

    return _change(emulator, caller, asked, change)


def describe_otherwise(emulator: Emulator, caller: Caller, asked: RuleRequest, direction: str) -> Json:
    """Change the description of rules; anything else would make them different rules."""
    meant = _meant(asked, direction)

    def change(group: SecurityGroup) -> None:
        for rule in filter(meant, group.rules):
            rule.description = asked.description

    return _change(emulator, caller, asked, change)


def towards(serve: Callable[[Emulator, Caller, RuleRequest, str], Json], direction: str) -> Serve:
    """An action for one direction."""
    return lambda emulator, caller, asked: serve(emulator, caller, asked, direction)


def _permissions(asked: RuleRequest) -> list[Permission]:
    return asked.permissions or [asked]


def _meant(asked: RuleRequest, direction: str) -> Callable[[Rule], bool]:
    if asked.security_group_rule_id:
        return lambda rule: rule.id in asked.security_group_rule_id
    same = {_rule(permission, direction).identity for permission in _permissions(asked)}
    return lambda rule: rule.identity in same


def _change(
    emulator: Emulator, caller: Caller, asked: RuleRequest, change: Callable[[SecurityGroup], None]
) -> Json:
    group = security_groups.find(emulator, caller, asked.security_group_id)
    emulator.store.security_groups.update(group.id, change, also=lambda pipe: caller.remember(pipe, {}))
    return {}


def _rule(asked: Permission, direction: str, rule_id: str = "", now: float = 0.0) -> Rule:
    if not asked.ip_protocol:
        raise errors.MandatoryParameter("IpProtocol")
    ingress = direction == "ingress"
    rule = Rule(
        id=rule_id,
        direction=direction,
        ip_protocol=asked.ip_protocol.upper().replace("ICMPV6", "ICMPv6"),
        port_range=asked.port_range,
        policy=asked.policy.capitalize(),
        priority=asked.priority,
        nic_type=asked.nic_type,
        cidr_ip=asked.source_cidr_ip if ingress else asked.dest_cidr_ip,
        ipv6_cidr_ip=asked.ipv6_source_cidr_ip if ingress else asked.ipv6_dest_cidr_ip,
        group_id=asked.source_group_id if ingress else asked.dest_group_id,
        group_owner_account=asked.source_group_owner_account if ingress else asked.dest_group_owner_account,
        prefix_list_id=asked.source_prefix_list_id if ingress else asked.dest_prefix_list_id,
        description=asked.description,
        creation_time=now,
    )
    _check_other_side(rule)
    return rule


def _check_other_side(rule: Rule) -> None:
    side = "Source" if rule.direction == "ingress" else "Dest"
    if not (rule.cidr_ip or rule.ipv6_cidr_ip or rule.group_id or rule.prefix_list_id):
        raise errors.MandatoryParameter(f"{side}CidrIp")
    for cidr in filter(None, (rule.cidr_ip, rule.ipv6_cidr_ip)):
        try:
            ip_network(cidr, strict=False)
        except ValueError:
            raise errors.InvalidValue(f"{side}CidrIp", "it must be a range like 10.0.0.0/8") from None
