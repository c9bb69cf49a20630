"""The market's data files: packaged ones, any of which a directory of the user's may replace by name."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")

PACKAGED: Final = Path(__file__).parent / "data"


def read(name: str, kind: type[T], directory: Path | None = None) -> T:
    """The content of data file ``name`` as a ``kind``, out of ``directory`` if it holds one of that name.

    Raises msgspec.ValidationError, naming file and field, when the file is not of that shape.
    """
    path = directory / name if directory and (directory / name).exists() else PACKAGED / name
    return read_path(path, kind)


def read_path(path: Path, kind: type[T]) -> T:
    """The content of a YAML or JSON file (JSON is YAML) as a ``kind``."""
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind)
    except msgspec.MsgspecError as error:
        raise msgspec.ValidationError(f"{path}: {error}") from error
