"""Networks: one bridge each, with the default gateway at an address of the caller's choice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from contextlib import suppress

from docker.errors import NotFound as NotFoundAnswer
from docker.types import IPAMConfig, IPAMPool

from eci_emulator.engine.docker.connection import Connection, label_filter, translated
from eci_emulator.engine.driver import AddressInUse, EngineError

#: The auxiliary address that Docker's bridge driver takes for the containers' default route.
_DEFAULT_GATEWAY = "DefaultGatewayIPv4"
_LOOKS, _PAUSE = 40, 0.05  # how often and, in seconds, how far apart


class Networks(Connection):
    """The part of the driver about networks."""

    def ensure_network(
        self, name: str, subnet: str, *, gateway: str, default_gateway: str, labels: Mapping[str, str]
    ) -> None:
        if self._has_network(name, subnet):
            return
        pool = IPAMPool(subnet=subnet, gateway=gateway, aux_addresses={_DEFAULT_GATEWAY: default_gateway})
        options = {"com.docker.network.bridge.name": bridge_name(name)}
        try:
            with translated():
                self._api.create_network(
                    name,
                    driver="bridge",
                    ipam=IPAMConfig(pool_configs=[pool]),
                    options=options,
                    labels=dict(labels),
                    check_duplicate=True,
                )
        except EngineError:
            if not self._appears(name, subnet):
                raise

    def _appears(self, name: str, subnet: str) -> bool:
        """Whether somebody else is making the network: it has its range before it can be seen."""
        for _ in range(_LOOKS):
            if self._has_network(name, subnet):
                return True
            time.sleep(_PAUSE)
        return False

    def _has_network(self, name: str, subnet: str) -> bool:
        with translated():
            try:
                pools = self._api.inspect_network(name)["IPAM"]["Config"]
            except NotFoundAnswer:
                return False
        if [pool["Subnet"] for pool in pools] != [subnet]:
            raise AddressInUse(f"network {name} exists with another range than {subnet}")
        return True

    def list_networks(self, labels: Mapping[str, str]) -> list[str]:
        with translated():
            return [
                network["Name"] for network in self._api.networks(filters={"label": label_filter(labels)})
            ]

    def foreign_subnets(self, labels: Mapping[str, str]) -> list[str]:
        with translated():
            networks = self._api.networks()
        others = [one for one in networks if not (one["Labels"] or {}).items() >= labels.items()]
        pools = [pool for one in others for pool in one["IPAM"]["Config"] or ()]
        return [pool["Subnet"] for pool in pools if pool.get("Subnet")]

    def remove_network(self, name: str) -> None:
        with translated(), suppress(NotFoundAnswer):
            self._api.remove_network(name)


def bridge_name(network: str) -> str:
    """A name for the network's bridge: the kernel allows 15 characters. It follows from the
    network's name, so that the engine refuses a second network of that name."""
    return "eci-" + hashlib.sha256(network.encode()).hexdigest()[:11]
