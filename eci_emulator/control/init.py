"""/_eci/init: the init hooks."""

from __future__ import annotations

from typing import Any

import msgspec

from eci_emulator.actions.context import Emulator
from eci_emulator.store.hooks import ENDED


def show(emulator: Emulator) -> dict[str, Any]:
    hooks = emulator.store.hooks.all()
    return {"done": all(hook.state in ENDED for hook in hooks), "hooks": msgspec.to_builtins(hooks)}
