"""What points the common clients at an emulator."""

from __future__ import annotations

from eci_emulator.settings import Settings
from eci_emulator.supervisor import address as addresses

ANY_KEY = "test"


def variables(settings: Settings) -> dict[str, str]:
    """The environment variables that clients of Alibaba Cloud read. Addresses are without a scheme."""
    key = settings.access_key_id or ANY_KEY
    secret = settings.access_key_secret or ANY_KEY
    address = place(settings)
    return {
        "ALIBABA_CLOUD_ENDPOINT": address,
        "ALIBABA_CLOUD_ENDPOINT_ECI": address,
        "ECI_ENDPOINT": address,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret,
        "ALIBABA_CLOUD_REGION_ID": settings.region,
        "ALIBABA_CLOUD_ACCOUNT_TYPE": "Domestic",
        "ALICLOUD_ACCESS_KEY": key,
        "ALICLOUD_SECRET_KEY": secret,
        "ALICLOUD_REGION": settings.region,
    }


def place(settings: Settings, port: int | None = None) -> str:
    """The API's address without a scheme."""
    return addresses.url(settings.host, port or settings.port).removeprefix("http://")
