"""What has become of the init hooks."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from msgspec import Struct
from redis import Redis

from eci_emulator.store import keys

HookState = Literal["waiting", "running", "succeeded", "failed", "skipped"]
ENDED: Final = ("succeeded", "failed", "skipped")


class Hook(Struct, kw_only=True):
    """One init hook. ``message``: why it failed, or the end of what it said."""

    name: str
    state: HookState = "waiting"
    message: str = ""
    seconds: float = 0.0


class Hooks:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def all(self) -> list[Hook]:
        """By name, the order in which they run."""
        found = self._redis.hvals(keys.INIT_HOOKS)
        return sorted((msgspec.json.decode(hook, type=Hook) for hook in found), key=lambda hook: hook.name)

    def save(self, hook: Hook) -> None:
        self._redis.hset(keys.INIT_HOOKS, hook.name, msgspec.json.encode(hook))

    def expect(self, names: list[str]) -> list[Hook]:
        """The hooks of a start that are to run: those that have not succeeded before, in order."""
        done = {hook.name: hook for hook in self.all() if hook.state == "succeeded"}
        hooks = [done.get(name) or Hook(name=name) for name in names]
        with self._redis.pipeline() as pipe:
            pipe.delete(keys.INIT_HOOKS)
            for hook in hooks:
                pipe.hset(keys.INIT_HOOKS, hook.name, msgspec.json.encode(hook))
            pipe.execute()
        return [hook for hook in hooks if hook.state == "waiting"]
