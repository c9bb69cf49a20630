"""What Terraform's provider sends, through a client of the same protocol, and how it takes the answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from alibabacloud_rpc_util.client import Client as RpcUtil
from alibabacloud_tea_rpc.client import Client
from alibabacloud_tea_rpc.models import Config
from alibabacloud_tea_util.models import RuntimeOptions
from Tea.exceptions import TeaException

Json = dict[str, Any]

ECI: Final = "2018-08-08"
VPC: Final = "2016-04-28"
ECS: Final = "2014-05-26"

WAIT_SECONDS: Final = 60.0


class Gone(Exception):
    """The provider takes the answer to mean that the resource does not exist."""


class Provider:
    """One configured provider: ``region`` and keys as in its block, every endpoint the emulator's."""

    def __init__(self, address: str, key: str, secret: str, region: str) -> None:
        self.address = address
        self.region = region
        self._client = Client(
            Config(
                access_key_id=key,
                access_key_secret=secret,
                endpoint=address,
                protocol="HTTP",
                region_id=region,
                user_agent="HashiCorp-Terraform/1.11.4",
            )
        )

    def post(
        self,
        version: str,
        action: str,
        body: Json | None = None,
        query: Json | None = None,
        *,
        bare: bool = False,
    ) -> Json:
        """A call with parameters in the form body, the query or both. ``bare`` adds no RegionId.

        Raises Gone where the provider would; any other refusal fails the test.
        """
        sent = body if bare else {"RegionId": self.region, **(body or {})}
        try:
            answer: Json = self._client.do_request(
                action,
                "HTTP",
                "POST",
                version,
                "AK",
                written(query or {}),
                written(sent or {}),
                RuntimeOptions(),
            )
        except TeaException as error:
            if "code: 404" in error.message or "NotFound" in error.message:
                raise Gone(error.message) from None
            raise
        return answer

    def get(self, version: str, action: str, query: Json) -> Json:
        """A call of the older Go SDK: everything in the URL, an empty SignatureType signed with it."""
        sent = {"RegionId": self.region, "SignatureType": "", **query}
        answer: Json = self._client.do_request(
            action, "HTTP", "POST", version, "AK", written(sent), None, RuntimeOptions()
        )
        return answer

    def wait(self, read: Callable[[], Json], pending: set[str], target: set[str]) -> Json:
        """Read again until the status is in ``target``; one that is in neither fails the test."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            item = read()
            if item["Status"] in target:
                return item
            assert not pending or item["Status"] in pending, item["Status"]
            time.sleep(0.05)
        raise AssertionError(f"never {target}")

    def wait_gone(self, read: Callable[[], Json], pending: set[str]) -> None:
        """Read again until there is nothing to read; until then the status is one of ``pending``."""

        def found() -> Json:
            try:
                return read()
            except Gone:
                return {"Status": ""}

        self.wait(found, pending, {""})

    def gone(self, read: Callable[[], Json]) -> bool:
        try:
            read()
        except Gone:
            return True
        return False


def written(value: Any) -> Any:
    """Values as Go writes them: ``true``, and 8 for 8.0."""
    if isinstance(value, dict):
        return {key: written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [written(inner) for inner in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def flat(request: Json) -> dict[str, str]:
    """A request's parameters as they go over the wire."""
    parameters: dict[str, str] = RpcUtil.query(written(request))
    return parameters


# Terraform's provider decodes strictly: a number or a truth written as another type is an error.


def integer(value: Any) -> int:
    assert type(value) is int, value
    return value


def number(value: Any) -> float:
    assert type(value) in (int, float), value
    return float(value)


def truth(value: Any) -> bool:
    assert type(value) is bool, value
    return value


def text(value: Any) -> str:
    assert type(value) is str, value
    return value


def tags(items: Any) -> dict[str, str]:
    return {text(item["Key"]): text(item["Value"]) for item in items}
