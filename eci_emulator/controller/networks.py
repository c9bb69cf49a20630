"""The networks groups live in: a bridge per VPC (or vSwitch) with the VPC's router on it."""

from __future__ import annotations

from typing import Final

from eci_emulator.controller.metadata import METADATA_ADDRESS, METADATA_FOLDER, SERVE_SCRIPT
from eci_emulator.controller.names import ROLE_ROUTER, Names
from eci_emulator.engine.driver import LABEL_ROLE, AddressInUse, ContainerConfig, Engine, EngineError, Mount
from eci_emulator.model.group import Placement
from eci_emulator.model.ranges import engine_subnet, gateway, router, router_leg

#: The router forwards for everyone, answers for the metadata address, and never ends by itself.
_ROUTER_SCRIPT: Final = """
ip addr add {router}/{prefix} dev eth0
ip addr add {metadata}/32 dev lo
ip route replace default via {gateway}
exec nc -l{backlog} -p 80 -e /bin/sh -c "$SERVE"
"""
#: Connections that may wait to be taken: nc wants a letter for each.
_BACKLOG: Final = "l" * 64


class Networks:
    """Makes networks as they are needed and remembers which are there."""

    def __init__(self, engine: Engine, names: Names, base_image: str) -> None:
        self._engine = engine
        self._names = names
        self._base_image = base_image
        self._ready: set[str] = set()

    def ensure(self, placed: Placement) -> None:
        """The network of a placement, with its router running. Raises EngineError when it overlaps another."""
        subnet = engine_subnet(placed.vpc_cidr, placed.cidr)
        if subnet in self._ready:
            return
        self._ensure(subnet)
        self._engine.ensure_volume(self._names.metadata(subnet), self._names.labels())
        config = self._router(subnet)
        self._engine.create(config)
        self._engine.start(config.name)
        self._ready.add(subnet)

    def _ensure(self, subnet: str) -> None:
        try:
            self._engine.ensure_network(
                self._names.network(subnet),
                subnet,
                gateway=gateway(subnet),
                default_gateway=router(subnet),
                labels=self._names.labels(),
            )
        except AddressInUse as error:
            raise EngineError(f"the range {subnet} overlaps another network of this host: {error}") from None

    def forget(self, placed: Placement) -> None:
        """Look again next time: something was missing after all."""
        self._ready.discard(engine_subnet(placed.vpc_cidr, placed.cidr))

    def _router(self, subnet: str) -> ContainerConfig:
        script = _ROUTER_SCRIPT.format(
            router=router(subnet),
            prefix=subnet.rpartition("/")[2],
            gateway=gateway(subnet),
            metadata=METADATA_ADDRESS,
            backlog=_BACKLOG,
        )
        return ContainerConfig(
            name=self._names.router(subnet),
            image=self._base_image,
            labels=self._names.labels(**{LABEL_ROLE: ROLE_ROUTER}),
            entrypoint=["/bin/sh", "-c", script],
            environment={"SERVE": SERVE_SCRIPT},
            mounts=[Mount(target=METADATA_FOLDER, volume=self._names.metadata(subnet), read_only=True)],
            network=self._names.network(subnet),
            ip=router_leg(subnet),
            cap_drop=["ALL"],
            cap_add=["NET_ADMIN", "NET_BIND_SERVICE"],
            sysctls={
                "net.ipv4.ip_forward": "1",
                "net.ipv4.conf.all.send_redirects": "0",
                "net.ipv4.conf.default.send_redirects": "0",
            },
            hostname="router",
            pids_limit=256,
            restart=True,
        )
