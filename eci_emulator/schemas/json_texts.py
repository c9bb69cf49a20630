"""Parameters that the API takes as JSON text, such as ``["eci-1","eci-2"]``."""

from __future__ import annotations

import msgspec

from eci_emulator.model import errors


def id_list(parameter: str, text: str, most: int) -> list[str]:
    """The ids, each once, in their order. Raises InvalidFormat, LengthExceeded."""
    if not text:
        return []
    try:
        ids = msgspec.json.decode(text, type=list[str])
    except msgspec.DecodeError:
        raise errors.InvalidFormat(
            parameter=parameter, reason='it must be a JSON list like ["eci-1"]'
        ) from None
    if len(ids) > most:
        raise errors.LengthExceeded(f"{parameter} may hold {most} ids at most.")
    return list(dict.fromkeys(ids))


def check_object(parameter: str, text: str) -> None:
    """Nothing may be given, or a JSON object. Raises InvalidFormat."""
    try:
        msgspec.json.decode(text or "{}", type=dict[str, object])
    except msgspec.DecodeError:
        raise errors.InvalidFormat(parameter=parameter, reason="it must be a JSON object") from None
