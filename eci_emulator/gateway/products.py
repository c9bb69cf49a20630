"""Which operation a call means. Products of Alibaba Cloud share one address; their API version tells them apart.

A document describes one product, whose operations are named after its actions, or several, each with a
prefix (``x-products``): then CreateVpc of the product ``vpc`` is the operation ``vpc.CreateVpc`` at
``/vpc/CreateVpc``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from eci_emulator.gateway.dialect import Call
from eci_emulator.model import errors


class Operation(Struct, frozen=True):
    """One action of one product; ``id`` is its operationId."""

    id: str
    methods: frozenset[str]


class Product(Struct, frozen=True):
    """What is served of one product; the one that others are neighbours of has no prefix."""

    name: str
    version: str
    prefix: str
    operations: dict[str, Operation]
    retired: frozenset[str] = frozenset()  # actions that old clients know and the service has withdrawn

    def operation(self, action: str) -> Operation:
        """Raises ActionNotFound, which tells what there is of a product of which there is little; NotEmulated."""
        found = self.operations.get(action)
        if found:
            return found
        if action in self.retired:
            raise errors.NotEmulated(f"{action} was withdrawn by {self.name} and is not emulated.")
        if not self.prefix:
            raise errors.ActionNotFound()
        raise errors.ActionNotFound(
            f"The action {action} of {self.name} {self.version} is not emulated. "
            f"Of {self.name} there are: {', '.join(sorted(self.operations))}."
        )


class Products:
    """The products of some documents. An action named without a version is looked for in their order."""

    def __init__(self, documents: Sequence[Mapping[str, Any]]) -> None:
        self._products = [product for document in documents for product in _products(document)]

    def operation(self, call: Call) -> Operation:
        """Raises ActionNotFound, ProductNotFound, InvalidVersion."""
        if not call.action:
            raise errors.ActionNotFound()
        if call.product and not any(product.prefix == call.product for product in self._products):
            raise errors.ProductNotFound()
        meant = [product for product in self._products if _may_mean(call, product)]
        knowing = [product for product in meant if call.action in product.operations]
        if meant:
            return (knowing or meant)[0].operation(call.action)
        if any(call.action in product.operations for product in self._products):
            raise errors.InvalidVersion()
        raise errors.ActionNotFound()


def _may_mean(call: Call, product: Product) -> bool:
    if call.product and call.product != product.prefix:
        return False
    return call.version in ("", product.version)


def _products(document: Mapping[str, Any]) -> Iterator[Product]:
    alone = {"": {"name": document["info"]["title"], "version": document["info"]["version"]}}
    operations = [
        Operation(path["post"]["operationId"], frozenset(path["post"].get("x-eci-methods", ("POST", "GET"))))
        for path in document["paths"].values()
    ]
    for prefix, product in document.get("x-products", alone).items():
        ids = [(*operation.id.rpartition("."), operation) for operation in operations]
        served = {action: operation for of, _, action, operation in ids if of == prefix}
        retired = frozenset(document.get("x-eci-retired", ()))
        yield Product(product["name"], product["version"], prefix, served, retired)
