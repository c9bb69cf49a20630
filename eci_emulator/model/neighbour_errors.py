"""Errors of ECI's neighbours, with the codes that their clients look for.

Terraform's provider tries a deletion again on ``DependencyViolation`` and its kind, and takes HTTP 404 for gone.
"""

from __future__ import annotations

from eci_emulator.model.errors import ParameterError, PlacementError, ResourceError


class VpcNotFound(ResourceError):
    code, http_status = "InvalidVpcId.NotFound", 404
    template = "The VPC {id} does not exist."


class RouteTableNotFound(ResourceError):
    code, http_status = "InvalidRouteTableId.NotFound", 404
    template = "The route table {id} does not exist."


class VSwitchNotFound(ResourceError):
    code, http_status = "InvalidVSwitchId.NotFound", 404
    template = "The vSwitch {id} does not exist."


class SecurityGroupNotFound(ResourceError):
    code, http_status = "InvalidSecurityGroupId.NotFound", 404
    template = "The security group {id} does not exist."


class EipNotFound(ResourceError):
    code, http_status = "InvalidAllocationId.NotFound", 404
    template = "The EIP {id} does not exist."


class ResourceGroupNotFound(ResourceError):
    code, http_status = "EntityNotExists.ResourceGroup", 404
    template = "The resource group {id} does not exist."


class ZoneNotFound(ParameterError):
    code, http_status = "InvalidZoneId.NotFound", 404
    template = "The zone {id} does not exist in this region."


class CidrOverlapped(ParameterError):
    code = "InvalidCidrBlock.Overlapped"
    template = "The range {cidr} overlaps {other}."


class DependencyViolation(ResourceError):
    code = "DependencyViolation"
    template = "Container groups still use it: {ids}."


class VpcHasVSwitches(ResourceError):
    code = "DependencyViolation.VSwitch"
    template = "The VPC still has vSwitches: {ids}."


class VpcHasSecurityGroups(ResourceError):
    code = "DependencyViolation.SecurityGroup"
    template = "The VPC still has security groups: {ids}."


class EipInUse(ResourceError):
    code = "IncorrectEipStatus"
    template = "The EIP {id} is in use by {user}."


class EipProtected(ResourceError):
    code = "OperationDenied.DeletionProtection"
    template = "The EIP {id} is protected from being released."


class NoEipLeft(PlacementError):
    code = "QuotaExceeded.Eip"
    template = "All public addresses are in use."
