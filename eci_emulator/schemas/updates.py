"""UpdateContainerGroup and ResizeContainerGroupVolume: what they take."""

from __future__ import annotations

from typing import Any, Final

from marshmallow.fields import Float, Integer, List, Nested, String
from msgspec import Struct

from eci_emulator.model.update import GroupUpdate
from eci_emulator.schemas.base import Request
from eci_emulator.schemas.containers import (
    AcrRegistryInfoSchema,
    ContainerSchema,
    DnsConfigSchema,
    InitContainerSchema,
    RegistryCredentialSchema,
    TagSchema,
    VolumeSchema,
)


class ContainerUpdateSchema(ContainerSchema):
    """Loads the attributes that were given."""

    makes = None
    image = String()


class InitContainerUpdateSchema(InitContainerSchema):
    makes = None
    image = String()


class VolumeUpdateSchema(VolumeSchema):
    makes = None


class DnsUpdateSchema(DnsConfigSchema):
    makes = None


#: Numbers of which 0 leaves what there is.
_SIZES: Final = ("cpu", "memory")

#: What is merged, and not simply replaced.
_STRUCTURED: Final[tuple[str, ...]] = ("containers", "init_containers", "volumes", "dns")


class GroupUpdateSchema(Request):
    makes = GroupUpdate
    container_group_id = String(required=True)
    update_type = String()
    containers = List(Nested(ContainerUpdateSchema), data_key="Container")
    init_containers = List(Nested(InitContainerUpdateSchema), data_key="InitContainer")
    volumes = List(Nested(VolumeUpdateSchema), data_key="Volume")
    dns = Nested(DnsUpdateSchema, data_key="DnsConfig")
    restart_policy = String()
    cpu = Float()
    memory = Float()
    resource_group_id = String()
    tags = List(Nested(TagSchema), data_key="Tag")
    image_registry_credentials = List(Nested(RegistryCredentialSchema), data_key="ImageRegistryCredential")
    acr_registries = List(Nested(AcrRegistryInfoSchema), data_key="AcrRegistryInfo")

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        renew = data.pop("update_type", "RenewUpdate") == "RenewUpdate"
        structured = {name: data.pop(name) for name in _STRUCTURED if name in data}
        values = {name: value for name, value in data.items() if value or name not in _SIZES}
        group_id = values.pop("container_group_id")
        return {"container_group_id": group_id, "renew": renew, **structured, "values": values}


class ResizeRequest(Struct):
    container_group_id: str
    volume_name: str
    new_size: int  # GiB


class ResizeRequestSchema(Request):
    makes = ResizeRequest
    container_group_id = String(required=True)
    volume_name = String(required=True)
    new_size = Integer(required=True)
