"""Logs and events: what containers say and what happens to them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from eci_emulator.engine.docker.connection import Connection, label_filter, translated
from eci_emulator.engine.docker.streams import Following, pieces, raw_socket
from eci_emulator.engine.driver import EngineEvent, Stream
from eci_emulator.keepalive import keep_alive

_BUFFER = 1 << 18  # bytes
_ACTIONS = ["start", "oom", "die", "destroy"]


class Watching(Connection):
    """The part of the driver about logs and events."""

    def logs(
        self,
        name: str,
        *,
        tail: int | None = None,
        since: float = 0.0,
        timestamps: bool = False,
        limit: int | None = None,
    ) -> bytes:
        kept = bytearray()
        with translated():
            tty = bool(self._api.inspect_container(name)["Config"]["Tty"])
            parameters = {
                "stdout": True,
                "stderr": True,
                "tail": "all" if tail is None else tail,
                "since": f"{since:.9f}" if since else 0,
                "timestamps": timestamps,
            }
            with closing(self._request("GET", f"/containers/{name}/logs", params=parameters)) as response:
                response.raw.auto_close = False  # who reads it through a buffer reads on after its end
                buffered = io.BufferedReader(response.raw, _BUFFER)
                for _, piece in pieces(buffered.read, tty=tty):
                    kept += piece
                    if limit is not None:
                        del kept[: max(0, len(kept) - limit)]
        return bytes(kept)

    def events(self, labels: Mapping[str, str], since: float = 0.0) -> Stream[EngineEvent]:
        filters = {"type": ["container"], "event": _ACTIONS, "label": label_filter(labels)}
        parameters = {"filters": json.dumps(filters)} | ({"since": f"{since:.9f}"} if since else {})
        with translated():
            response = self._request("GET", "/events", params=parameters)
            connection = raw_socket(response)
            connection.settimeout(None)  # it may be silent for as long as it likes
            keep_alive(connection)
        return Following((_event(json.loads(line)) for line in response.iter_lines()), response)


def _event(answer: dict[str, Any]) -> EngineEvent:
    attributes: dict[str, str] = answer["Actor"]["Attributes"]
    code = attributes.get("exitCode")
    return EngineEvent(
        action=answer["Action"],
        container_id=answer["Actor"]["ID"],
        name=attributes.get("name", ""),
        labels=attributes,
        time=answer["timeNano"] / 1e9,
        exit_code=None if code is None else int(code),
    )
