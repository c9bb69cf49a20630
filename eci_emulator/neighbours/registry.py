"""Which function serves which operation of openapi/neighbours.yaml."""

from __future__ import annotations

from typing import Final

from eci_emulator.actions.registry import Action
from eci_emulator.neighbours import (
    account,
    eips,
    route_tables,
    rules,
    security_groups,
    tags,
    vpcs,
    vswitches,
    zones,
)
from eci_emulator.neighbours.common import Asked

VPC: Final = {
    "CreateVpc": Action(vpcs.VpcToCreate, vpcs.create_vpc),
    "DescribeVpcAttribute": Action(vpcs.VpcReference, vpcs.describe_vpc_attribute),
    "DescribeVpcs": Action(vpcs.VpcListing, vpcs.describe_vpcs),
    "ModifyVpcAttribute": Action(vpcs.VpcChanges, vpcs.modify_vpc_attribute),
    "DeleteVpc": Action(vpcs.VpcReference, vpcs.delete_vpc),
    "DescribeRouteTableList": Action(route_tables.RouteTableListing, route_tables.describe_route_table_list),
    "ModifyRouteTableAttributes": Action(
        route_tables.RouteTableChanges, route_tables.modify_route_table_attributes
    ),
    "CreateVSwitch": Action(vswitches.VSwitchToCreate, vswitches.create_vswitch),
    "DescribeVSwitchAttributes": Action(vswitches.VSwitchReference, vswitches.describe_vswitch_attributes),
    "DescribeVSwitches": Action(vswitches.VSwitchListing, vswitches.describe_vswitches),
    "ModifyVSwitchAttribute": Action(vswitches.VSwitchChanges, vswitches.modify_vswitch_attribute),
    "DeleteVSwitch": Action(vswitches.VSwitchReference, vswitches.delete_vswitch),
    "AllocateEipAddress": Action(eips.EipToAllocate, eips.allocate_eip_address),
    "DescribeEipAddresses": Action(eips.EipListing, eips.describe_eip_addresses),
    "ModifyEipAddressAttribute": Action(eips.EipChanges, eips.modify_eip_address_attribute),
    "DescribeHighDefinitionMonitorLogAttribute": Action(
        eips.EipInstance, eips.describe_high_definition_monitor_log_attribute
    ),
    "DeletionProtection": Action(eips.Protection, eips.deletion_protection),
    "ModifyEipForwardMode": Action(eips.ForwardMode, eips.modify_eip_forward_mode),
    "ReleaseEipAddress": Action(eips.EipReference, eips.release_eip_address),
    "TagResources": Action(tags.Tagging, tags.tag_resources),
    "UnTagResources": Action(tags.Tagging, tags.untag_resources),
    "ListTagResources": Action(tags.Tagging, tags.list_tag_resources),
    "MoveResourceGroup": Action(tags.Move, tags.move),
}

ECS: Final = {
    "DescribeRegions": Action(Asked, zones.describe_regions),
    "DescribeZones": Action(Asked, zones.describe_zones),
    "DescribeAvailableResource": Action(zones.AvailabilityQuery, zones.describe_available_resource),
    "DescribeInstanceTypes": Action(zones.TypeQuery, zones.describe_instance_types),
    "CreateSecurityGroup": Action(
        security_groups.SecurityGroupToCreate, security_groups.create_security_group
    ),
    "DescribeSecurityGroups": Action(
        security_groups.SecurityGroupListing, security_groups.describe_security_groups
    ),
    "DescribeSecurityGroupAttribute": Action(
        security_groups.AttributeQuery, security_groups.describe_security_group_attribute
    ),
    "ModifySecurityGroupAttribute": Action(
        security_groups.SecurityGroupChanges, security_groups.modify_security_group_attribute
    ),
    "ModifySecurityGroupPolicy": Action(
        security_groups.PolicyChange, security_groups.modify_security_group_policy
    ),
    "DeleteSecurityGroup": Action(
        security_groups.SecurityGroupReference, security_groups.delete_security_group
    ),
    "AuthorizeSecurityGroup": Action(rules.RuleRequest, rules.towards(rules.authorize, "ingress")),
    "AuthorizeSecurityGroupEgress": Action(rules.RuleRequest, rules.towards(rules.authorize, "egress")),
    "ModifySecurityGroupRule": Action(rules.RuleRequest, rules.towards(rules.describe_otherwise, "ingress")),
    "ModifySecurityGroupEgressRule": Action(
        rules.RuleRequest, rules.towards(rules.describe_otherwise, "egress")
    ),
    "RevokeSecurityGroup": Action(rules.RuleRequest, rules.towards(rules.revoke, "ingress")),
    "RevokeSecurityGroupEgress": Action(rules.RuleRequest, rules.towards(rules.revoke, "egress")),
    "TagResources": Action(tags.Tagging, tags.tag_resources),
    "UntagResources": Action(tags.Tagging, tags.untag_resources),
    "ListTagResources": Action(tags.Tagging, tags.list_tag_resources),
    "JoinResourceGroup": Action(tags.Move, tags.move),
}

PRODUCTS: Final = {
    "vpc": VPC,
    "ecs": ECS,
    "resourcemanager": {
        "ListResourceGroups": Action(account.ResourceGroupQuery, account.list_resource_groups),
        "GetResourceGroup": Action(account.ResourceGroupReference, account.get_resource_group),
    },
    "sts": {"GetCallerIdentity": Action(Asked, account.get_caller_identity)},
    "location": {"DescribeEndpoints": Action(account.EndpointQuery, account.describe_endpoints)},
    "bssopenapi": {
        "QueryAvailableInstances": Action(account.InstanceQuery, account.query_available_instances)
    },
}

#: By operationId.
ACTIONS: Final[dict[str, Action]] = {
    f"{product}.{name}": action for product, actions in PRODUCTS.items() for name, action in actions.items()
}
