"""Simulated networks and volumes: names with labels, ranges and who has which address."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network

import msgspec
from msgspec import Struct

from eci_emulator.engine.driver import AddressInUse, EngineError, NotFound
from eci_emulator.engine.simulated.space import Kind, Records


class _Record(Struct, kw_only=True):
    """A network or volume."""

    labels: dict[str, str]
    subnet: str = ""
    reserved: list[str] = []


_ENCODE = msgspec.msgpack.encode
_DECODER = msgspec.msgpack.Decoder(_Record)


class NetworksAndVolumes(Records):
    """The part of the driver about networks and volumes."""

    def ensure_network(
        self, name: str, subnet: str, *, gateway: str, default_gateway: str, labels: Mapping[str, str]
    ) -> None:
        existing = {key.decode(): _DECODER.decode(value) for key, value in self._all("network").items()}
        if name in existing:
            if existing[name].subnet != subnet:
                raise AddressInUse(f"network {name} exists with another range than {subnet}")
            return
        for other, record in existing.items():
            if ip_network(subnet).overlaps(ip_network(record.subnet)):
                raise AddressInUse(f"{subnet} overlaps with {record.subnet} of network {other}")
        record = _Record(labels=dict(labels), subnet=subnet, reserved=[gateway, default_gateway])
        self._add("network", name, record)

    def list_networks(self, labels: Mapping[str, str]) -> list[str]:
        return self._labelled("network", labels)

    def foreign_subnets(self, labels: Mapping[str, str]) -> list[str]:
        records = [_DECODER.decode(value) for value in self._all("network").values()]
        return [record.subnet for record in records if not record.labels.items() >= labels.items()]

    def remove_network(self, name: str) -> None:
        holders = self._redis.hvals(self._addresses(name))
        if any(self._holds_address(holder.decode()) for holder in holders):
            raise EngineError(f"network {name} has active endpoints")
        self._redis.delete(self._addresses(name))
        self._drop("network", name)

    def ensure_volume(
        self,
        name: str,
        labels: Mapping[str, str],
        *,
        driver_options: Mapping[str, str] | None = None,
    ) -> None:
        self._add("volume", name, _Record(labels=dict(labels)))

    def list_volumes(self, labels: Mapping[str, str]) -> list[str]:
        return self._labelled("volume", labels)

    def remove_volume(self, name: str) -> None:
        if self._redis.scard(self._key("volume", "users", name)):
            raise EngineError(f"volume {name} is in use")
        self._redis.delete(self._key("volume", "files", name))
        self._drop("volume", name)

    def _all(self, kind: Kind) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = self._redis.hgetall(self._key(kind))
        return found

    def _add(self, kind: Kind, name: str, record: _Record) -> None:
        if self._redis.hsetnx(self._key(kind), name, _ENCODE(record)):
            with self._redis.pipeline() as pipeline:
                self._index(pipeline, kind, name, record.labels)
                pipeline.execute()

    def _drop(self, kind: Kind, name: str) -> None:
        stored = self._redis.hget(self._key(kind), name)
        if stored:
            with self._redis.pipeline() as pipeline:
                self._unindex(pipeline, kind, name, _DECODER.decode(stored).labels)
                pipeline.hdel(self._key(kind), name)
                pipeline.execute()

    def _addresses(self, network: str) -> str:
        """The hash of a network's addresses and which container took each last."""
        return self._key("network", "addresses", network)

    def _holds_address(self, container: str) -> bool:
        record = self._load(container)
        return record is not None and record.started_at > 0 and record.phase(self._now()) != "exited"

    def _free_address(self, network: str, wanted: str, container: str) -> str:
        """An address for a container: the one wanted, or any that is free.

        Raises:
            AddressInUse: another container has it.
            NotFound: no such network.
        """
        stored = self._redis.hget(self._key("network"), network)
        if stored is None:
            raise NotFound(f"network {network} not found")
        record = _DECODER.decode(stored)
        candidates = [wanted] if wanted else (str(host) for host in ip_network(record.subnet).hosts())
        for address in candidates:
            if address not in record.reserved and self._may_take(network, address, container):
                return address
        raise AddressInUse(f"Address already in use: {wanted or record.subnet}")

    def _may_take(self, network: str, address: str, container: str) -> bool:
        holder = self._redis.hget(self._addresses(network), address)
        return holder is None or holder.decode() == container or not self._holds_address(holder.decode())
