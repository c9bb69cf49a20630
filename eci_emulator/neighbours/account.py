"""Who calls, where the products answer, what else the account has: the questions tools ask at start."""

from __future__ import annotations

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.model import ids
from eci_emulator.model.neighbour_errors import ResourceGroupNotFound
from eci_emulator.neighbours.common import Asked, Json


class ResourceGroupQuery(Asked):
    resource_group_id: str = ""
    name: str = ""
    status: str = ""
    page_number: int = 1
    page_size: int = 10


class ResourceGroupReference(Asked):
    resource_group_id: str


class EndpointQuery(Asked):
    id: str
    service_code: str
    type: str = "openAPI"


class InstanceQuery(Asked):
    page_num: int = 1
    page_size: int = 20


def list_resource_groups(emulator: Emulator, caller: Caller, query: ResourceGroupQuery) -> Json:
    """The account's one resource group, the default one."""
    group = _default_group(caller)
    shown = (
        query.resource_group_id in ("", group["Id"])
        and query.name in ("", group["Name"])
        and query.status in ("", group["Status"])
        and query.page_number == 1
    )
    return {
        "TotalCount": 1,
        "PageNumber": query.page_number,
        "PageSize": query.page_size,
        "ResourceGroups": {"ResourceGroup": [group] if shown else []},
    }


def get_resource_group(emulator: Emulator, caller: Caller, asked: ResourceGroupReference) -> Json:
    """Raises ResourceGroupNotFound."""
    group = _default_group(caller)
    if asked.resource_group_id != group["Id"]:
        raise ResourceGroupNotFound(id=asked.resource_group_id)
    statuses = [{"RegionId": region, "Status": "OK"} for region in emulator.catalogue.regions]
    return {"ResourceGroup": {**group, "RegionStatuses": {"RegionStatus": statuses}}}


def _default_group(caller: Caller) -> Json:
    return {
        "Id": ids.default_resource_group(caller.account),
        "Name": "default",
        "DisplayName": "default",
        "AccountId": caller.account,
        "Status": "OK",
        "CreateDate": "2018-08-08T00:00:00+08:00",
    }


def get_caller_identity(emulator: Emulator, caller: Caller, _: Asked) -> Json:
    return {
        "IdentityType": "Account",
        "AccountId": caller.account,
        "PrincipalId": caller.account,
        "UserId": caller.account,
        "Arn": f"acs:ram::{caller.account}:root",
    }


def describe_endpoints(emulator: Emulator, caller: Caller, query: EndpointQuery) -> Json:
    """Every product answers where the caller has just asked."""
    endpoint = {
        "Endpoint": caller.host,
        "Id": query.id,
        "Namespace": query.service_code,
        "SerivceCode": query.service_code,  # misspelt as the real one's
        "Type": query.type,
        "Protocols": {"Protocols": ["HTTP"]},
    }
    return {"Success": True, "Endpoints": {"Endpoint": [endpoint]}}


def query_available_instances(emulator: Emulator, caller: Caller, query: InstanceQuery) -> Json:
    """None: tools look here to learn whether the account is of the mainland's site, which an answer says."""
    data = {"TotalCount": 0, "PageNum": query.page_num, "PageSize": query.page_size, "InstanceList": []}
    return {"Success": True, "Code": "Success", "Message": "Successful!", "Data": data}
