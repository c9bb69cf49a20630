"""Where calls go and who makes them: from arguments, else from the environment.

=====================  ==================================================================================
endpoint               ALIBABA_CLOUD_ENDPOINT_ECI, ECI_ENDPOINT, ALIBABA_CLOUD_ENDPOINT;
                       else the service of the region
region                 ALIBABA_CLOUD_REGION_ID, else cn-hangzhou
access key             ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET;
                       else, on this machine only, one that an emulator without keys takes
security token         ALIBABA_CLOUD_SECURITY_TOKEN
=====================  ==================================================================================

An endpoint is ``host``, ``host:port`` or a URL. Without a scheme it is HTTPS, but HTTP on this machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from eci_sdk.errors import ConfigError

ENDPOINTS = ("ALIBABA_CLOUD_ENDPOINT_ECI", "ECI_ENDPOINT", "ALIBABA_CLOUD_ENDPOINT")
DEFAULT_REGION = "cn-hangzhou"
ANY_KEY = "test"


@dataclass(frozen=True)
class Credentials:
    """An access key, with the token of STS when it is a temporary one."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Config:
    """``endpoint`` is a URL without a path."""

    endpoint: str
    region: str
    credentials: Credentials


def load(
    endpoint: str | None = None,
    region: str | None = None,
    access_key_id: str | None = None,
    access_key_secret: str | None = None,
    security_token: str | None = None,
) -> Config:
    """The configuration; what is None comes from the environment. Raises ConfigError."""
    region = region or os.environ.get("ALIBABA_CLOUD_REGION_ID") or DEFAULT_REGION
    url = endpoint_url(endpoint or from_environment() or f"eci.{region}.aliyuncs.com")
    if access_key_id is None:
        access_key_id = os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
        access_key_secret = access_key_secret or os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "")
        security_token = security_token or os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", "")
    if not access_key_id and is_loopback(url):
        access_key_id = access_key_secret = ANY_KEY
    if not (access_key_id and access_key_secret):
        raise ConfigError(
            "no access key: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
        )
    return Config(url, region, Credentials(access_key_id, access_key_secret, security_token or ""))


def from_environment() -> str:
    """The endpoint that the environment names, empty when it names none."""
    return next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), "")


def endpoint_url(endpoint: str) -> str:
    """The URL of an endpoint. Raises ConfigError for what is none."""
    scheme = "http" if is_loopback(f"//{endpoint}") else "https"
    parts = urlsplit(endpoint if "://" in endpoint else f"{scheme}://{endpoint}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigError(f"{endpoint!r} is no endpoint: it must be host, host:port or http://host:port")
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(url: str) -> bool:
    """Whether a URL is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
