"""Where images come from: rules that send a name elsewhere, and the credentials for registries.

The rules are a YAML file, so that an installation without the internet, or without an account,
serves the names that templates and examples are full of.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct, field

from eci_emulator.engine.driver import RegistryAuth
from eci_emulator.model.group import AcrRegistry, RegistryCredential
from eci_emulator.trace import BLANK

#: What the names of images without a registry stand for, and what else it is called.
DOCKER_HUB: Final = "docker.io"
_HUB_NAMES: Final = ("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
#: In a rule, for the emulator's own small image.
BASE: Final = "base"


class RulesError(Exception):
    """The rules file cannot be read, or says something that is no rule; the text says which."""


class Mirror(Struct, frozen=True, forbid_unknown_fields=True):
    """Images whose names begin like ``prefix`` are found elsewhere.

    Either ``use`` takes the prefix's place, or all of them are the one ``image`` of the host
    (``base``: the emulator's own), which is never pulled.
    """

    prefix: str
    use: str = ""
    image: str = ""

    def __post_init__(self) -> None:
        if bool(self.use) == bool(self.image):
            raise ValueError(f"the mirror of {self.prefix!r} must have either `use` or `image`")


class Login(Struct, frozen=True, forbid_unknown_fields=True):
    """The credentials for a registry (``server``: host, or host and the beginning of a path), or for a
    Container Registry instance (``acr``: its id or name)."""

    username: str
    password: str
    server: str = ""
    acr: str = ""

    def __repr__(self) -> str:
        return f"Login(server={self.server!r}, acr={self.acr!r}, username={self.username!r}, password=***)"


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """What the rules file may say; the first mirror that fits counts."""

    mirrors: list[Mirror] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    never_pull: bool = False  # use the images that the host has, ask no registry for any
    hubs: dict[str, str] = field(default_factory=dict)  # HuggingFace, ModelScope -> where they are found


class Access(Protocol):
    """What a group or a cache was given for its registries."""

    image_registry_credentials: list[RegistryCredential]
    acr_registries: list[AcrRegistry]
    plain_http_registry: str
    insecure_registry: str


class Source(Struct, frozen=True):
    """What the engine calls an image; a ``local`` one is never pulled."""

    reference: str
    local: bool = False


class Registries:
    def __init__(self, rules: Rules, base_image: str) -> None:
        self.rules = rules
        self._base_image = base_image

    def source(self, image: str) -> Source:
        for mirror in self.rules.mirrors:
            for name in (image, qualified(image)):
                if name.startswith(mirror.prefix):
                    return self._elsewhere(mirror, name)
        return Source(image, local=self.rules.never_pull)

    def _elsewhere(self, mirror: Mirror, name: str) -> Source:
        if mirror.image:
            return Source(self._base_image if mirror.image == BASE else mirror.image, local=True)
        return Source(mirror.use + name.removeprefix(mirror.prefix), local=self.rules.never_pull)

    def login(self, image: str, access: Access) -> RegistryAuth | None:
        """The credentials to pull an image with: those given with the request, else the rules'.

        They go to the registry they are for and to no other, whatever mirror stands in for it.
        """
        source = qualified(self.source(image).reference)
        given = [Login(c.user_name, c.password, c.server) for c in access.image_registry_credentials]
        known = [login for login in given if login.password != BLANK and _is_for(login.server, source)]
        instances = {name for acr in access.acr_registries for name in _instances(acr, qualified(image))}
        known += [login for login in self.rules.logins if login.acr and login.acr in instances]
        rules = [login for login in self.rules.logins if _is_for(login.server, source)]
        known += sorted(rules, key=lambda login: len(login.server), reverse=True)
        return RegistryAuth(username=known[0].username, password=known[0].password) if known else None


def load(path: Path | None) -> Rules:
    """The rules of a file; without one there are none. Raises RulesError."""
    if path is None:
        return Rules()
    try:
        return msgspec.yaml.decode(path.expanduser().read_bytes() or b"{}", type=Rules)
    except (OSError, msgspec.MsgspecError) as error:
        raise RulesError(f"registries file {path}: {error}") from None


def registry_of(image: str) -> str:
    """The registry that an image's name begins with; empty when it names none."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else ""


def qualified(image: str) -> str:
    """An image's name with its registry: nginx is docker.io/library/nginx."""
    if registry_of(image):
        return image
    return f"{DOCKER_HUB}/{image}" if "/" in image else f"{DOCKER_HUB}/library/{image}"


def _is_for(server: str, reference: str) -> bool:
    """Whether credentials for a server are for an image: ``https://host/path/`` counts as host/path."""
    wanted = server.partition("://")[2] or server
    host, slash, path = wanted.strip("/").partition("/")
    if host in _HUB_NAMES:
        host, slash, path = DOCKER_HUB, "", ""  # whose server is written with an API version behind it
    return bool(host) and reference.startswith(f"{host}{slash}{path}/")


def _instances(acr: AcrRegistry, reference: str) -> list[str]:
    """The names of a Container Registry instance if an image is in it."""
    host = reference.partition("/")[0]
    own = f"{acr.instance_name}-registry"
    named = bool(acr.instance_name) and host.startswith((f"{own}.", f"{own}-vpc."))
    if host in acr.domains or named or not (acr.domains or acr.instance_name):
        return [name for name in (acr.instance_id, acr.instance_name) if name]
    return []
