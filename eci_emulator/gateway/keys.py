"""Access keys: who may call, with which secret, for which account.

A keys file is a list in YAML or JSON::

    - access_key_id: LTAI...
      access_key_secret: ...
    - access_key_id: STS.N...
      access_key_secret: ...
      security_token: ...          # only calls that carry this token pass
      account_id: "1234567890123456"  # left out: derived from access_key_id
      active: false                # answers InvalidAccessKeyId.Inactive
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, Protocol

import msgspec
import yaml
from msgspec import Meta, Struct

DEFAULT_ACCOUNT: Final = "1000000000000000"
"""The account of calls without an access key."""

Word = Annotated[str, Meta(min_length=1)]


class KeysError(Exception):
    """A keys file that cannot be used; the text says what is wrong and never holds a secret."""


class AccessKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One access key. With a ``security_token`` it is a temporary one, and calls must carry that token."""

    access_key_id: Word
    access_key_secret: Word
    account_id: str = ""
    active: bool = True
    security_token: str = ""

    def __repr__(self) -> str:
        return f"AccessKey({self.access_key_id!r})"

    @property
    def account(self) -> str:
        return self.account_id or account_of(self.access_key_id)


class Keys(Protocol):
    """Where access keys are looked up."""

    def lookup(self, access_key_id: str) -> AccessKey | None: ...


class Keyring:
    """Access keys in memory; of two with one id the last."""

    def __init__(self, keys: list[AccessKey]) -> None:
        self._keys = {key.access_key_id: key for key in keys}

    def lookup(self, access_key_id: str) -> AccessKey | None:
        return self._keys.get(access_key_id)

    @property
    def first(self) -> AccessKey | None:
        """The key for callers that may use any."""
        return next(iter(self._keys.values()), None)


def load_keys(file: Path | None, access_key_id: str = "", access_key_secret: str = "") -> Keyring | None:
    """The keys of a file and the one pair given beside it; None if there are neither: then anyone may call.

    Raises `KeysError` for a file that cannot be read or holds no usable list, and for half a pair.
    """
    if bool(access_key_id) != bool(access_key_secret):
        raise KeysError("An access key needs both its id and its secret.")
    keys = _read(file) if file else []
    if access_key_id:
        keys.append(AccessKey(access_key_id=access_key_id, access_key_secret=access_key_secret))
    return Keyring(keys) if file or keys else None


@lru_cache(maxsize=4096)
def account_of(access_key_id: str) -> str:
    """The account of an access key that names none: 16 digits, always the same for the same key."""
    if not access_key_id:
        return DEFAULT_ACCOUNT
    number = int.from_bytes(sha256(access_key_id.encode()).digest()[:8], "big")
    return str(10**15 + number % (9 * 10**15))


def _read(file: Path) -> list[AccessKey]:
    try:
        return msgspec.convert(yaml.safe_load(file.read_bytes()), list[AccessKey])
    except OSError as error:
        raise KeysError(f"Cannot read the keys file {file}: {error.strerror}.") from error
    except yaml.YAMLError:
        # The parser's own text quotes the line, which may hold a secret.
        raise KeysError(f"The keys file {file} is neither YAML nor JSON.") from None
    except msgspec.ValidationError as error:
        raise KeysError(f"The keys file {file} is not a list of access keys: {error}.") from None
