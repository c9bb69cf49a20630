"""A small typed SDK for Alibaba Cloud ECI, real or emulated."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eci_sdk import errors, types
    from eci_sdk.client import Client
    from eci_sdk.errors import EciError

__all__ = ["Client", "EciError", "errors", "types"]


def __getattr__(name: str) -> object:
    # Loaded when used: every pytest run on a machine imports this package for its plugin.
    match name:
        case "Client":
            return import_module("eci_sdk.client").Client
        case "EciError":
            return import_module("eci_sdk.errors").EciError
        case "errors" | "types":
            return import_module(f"eci_sdk.{name}")
    raise AttributeError(f"module 'eci_sdk' has no attribute {name!r}")
