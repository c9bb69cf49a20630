"""Security groups. A container group must be in one of its own VPC; the rules filter nothing."""

from __future__ import annotations

from typing import Final

from msgspec import field

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import ids
from eci_emulator.model.group import Tag
from eci_emulator.model.neighbour_errors import DependencyViolation, SecurityGroupNotFound
from eci_emulator.model.network import Rule, SecurityGroup
from eci_emulator.model.times import iso
from eci_emulator.neighbours import common, vpcs
from eci_emulator.neighbours.common import Asked, Json, Listing, Renaming
from eci_emulator.schemas.json_texts import id_list
from eci_emulator.store.table import Conflict

MOST_IDS: Final = 100


class SecurityGroupToCreate(Asked):
    vpc_id: str
    security_group_name: str = ""
    description: str = ""
    security_group_type: str = "normal"
    resource_group_id: str = ""
    tag: list[Tag] = field(default_factory=list)


class SecurityGroupReference(Asked):
    security_group_id: str


class SecurityGroupChanges(Renaming):
    security_group_id: str
    security_group_name: str = ""


class PolicyChange(SecurityGroupReference):
    inner_access_policy: str


class AttributeQuery(SecurityGroupReference):
    direction: str = "all"


class SecurityGroupListing(Listing):
    security_group_id: str = ""
    security_group_ids: str = ""
    security_group_name: str = ""
    security_group_type: str = ""
    vpc_id: str = ""


def create_security_group(emulator: Emulator, caller: Caller, asked: SecurityGroupToCreate) -> Json:
    """Raises VpcNotFound."""
    region = emulator.catalogue.region(caller.region)
    group_id = ids.new_id("sg", region.code)
    group = SecurityGroup(
        id=caller.tenant.scoped(group_id),
        account=caller.account,
        region=caller.region,
        vpc_id=asked.vpc_id,
        name=asked.security_group_name,
        description=asked.description,
        security_group_type=asked.security_group_type,
        inner_access_policy="Drop" if asked.security_group_type == "enterprise" else "Accept",
        resource_group_id=asked.resource_group_id,
        tags=asked.tag,
        creation_time=emulator.store.clock.now(),
    )
    answer = {"SecurityGroupId": group_id}
    return vpcs.create_inside(emulator, caller, emulator.store.security_groups, group, answer)


def describe_security_groups(emulator: Emulator, caller: Caller, query: SecurityGroupListing) -> Json:
    wanted = id_list("SecurityGroupIds", query.security_group_ids, MOST_IDS)
    found = [
        group
        for group in common.all_of(emulator.store.security_groups, caller)
        if common.among(query.security_group_id, group.public_id)
        and group.public_id in (wanted or [group.public_id])
        and query.security_group_name in ("", group.name)
        and query.security_group_type in ("", group.security_group_type)
        and query.vpc_id in ("", group.vpc_id)
    ]
    return common.listed(
        found, query, "SecurityGroups", "SecurityGroup", lambda group: _view(emulator, caller, group)
    )


def describe_security_group_attribute(emulator: Emulator, caller: Caller, query: AttributeQuery) -> Json:
    """A security group with its rules, of one direction or of both."""
    group = find(emulator, caller, query.security_group_id)
    rules = [_rule(rule) for rule in group.rules if query.direction in ("all", rule.direction)]
    return {
        "RegionId": group.region,
        "SecurityGroupId": group.public_id,
        "SecurityGroupName": group.name,
        "Description": group.description,
        "VpcId": group.vpc_id,
        "InnerAccessPolicy": group.inner_access_policy,
        "Permissions": {"Permission": rules},
    }


def modify_security_group_attribute(emulator: Emulator, caller: Caller, asked: SecurityGroupChanges) -> Json:
    group = find(emulator, caller, asked.security_group_id)
    return common.rename(emulator.store.security_groups, group, asked, asked.security_group_name)


def modify_security_group_policy(emulator: Emulator, caller: Caller, asked: PolicyChange) -> Json:
    def change(group: SecurityGroup) -> None:
        group.inner_access_policy = asked.inner_access_policy.capitalize()

    emulator.store.security_groups.update(find(emulator, caller, asked.security_group_id).id, change)
    return {}


def delete_security_group(emulator: Emulator, caller: Caller, asked: SecurityGroupReference) -> Json:
    """Raises DependencyViolation while container groups are in it."""
    while True:
        group = find(emulator, caller, asked.security_group_id)
        users = emulator.store.groups.select(
            caller.tenant, [f"security-group={group.public_id}"], limit=5
        ).ids
        if users:
            raise DependencyViolation(ids=", ".join(users))
        try:
            emulator.store.security_groups.delete(group)
        except Conflict:
            continue
        return {}


def find(emulator: Emulator, caller: Caller, group_id: str) -> SecurityGroup:
    """Raises SecurityGroupNotFound."""
    return common.find(emulator.store.security_groups, caller, group_id, SecurityGroupNotFound)


def _view(emulator: Emulator, caller: Caller, group: SecurityGroup) -> Json:
    users = emulator.store.groups.select(caller.tenant, [f"security-group={group.public_id}"], limit=1).total
    return {
        **common.shared_view(group),
        "ResourceGroupId": group.resource_group_id,  # Terraform takes a default one for a change
        "SecurityGroupId": group.public_id,
        "SecurityGroupName": group.name,
        "SecurityGroupType": group.security_group_type,
        "VpcId": group.vpc_id,
        "CreationTime": common.created(group),
        "ServiceManaged": False,
        "EcsCount": users,
        "RuleCount": len(group.rules),
        "Tags": {"Tag": [{"TagKey": tag.key, "TagValue": tag.value} for tag in group.tags]},
    }


def _rule(rule: Rule) -> Json:
    """A rule as ECS shows it: with fields for both sides, of which one is empty."""
    ingress = rule.direction == "ingress"
    source, dest = (rule, None) if ingress else (None, rule)
    return {
        "SecurityGroupRuleId": rule.id,
        "Direction": rule.direction,
        "IpProtocol": rule.ip_protocol,
        "PortRange": rule.port_range,
        "SourcePortRange": "",
        "Policy": rule.policy,
        "Priority": rule.priority,
        "NicType": rule.nic_type,
        "Description": rule.description,
        "CreateTime": iso(rule.creation_time),
        **_side("Source", source),
        **_side("Dest", dest),
    }


def _side(name: str, rule: Rule | None) -> Json:
    return {
        f"{name}CidrIp": rule.cidr_ip if rule else "",
        f"Ipv6{name}CidrIp": rule.ipv6_cidr_ip if rule else "",
        f"{name}GroupId": rule.group_id if rule else "",
        f"{name}GroupName": "",
        f"{name}GroupOwnerAccount": rule.group_owner_account if rule else "",
        f"{name}PrefixListId": rule.prefix_list_id if rule else "",
        f"{name}PrefixListName": "",
    }
