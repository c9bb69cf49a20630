"""A small typed SDK for Alibaba Cloud ECI, real or emulated."""

from eci_sdk import errors, types
from eci_sdk.client import Client
from eci_sdk.errors import EciError

__all__ = ["Client", "EciError", "errors", "types"]
