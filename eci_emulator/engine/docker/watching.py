"""Logs and events: what containers say and what happens to them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import requests

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
            tty = self._has_tty(name)
            parameters = _log_parameters(tail, since) | {"timestamps": timestamps}
            with closing(self._request("GET", f"/containers/{name}/logs", params=parameters)) as response:
                response.raw.auto_close = False  # who reads it through a buffer reads on after its end
                buffered = io.BufferedReader(response.raw, _BUFFER)
                for _, piece in pieces(buffered.read, tty=tty):
                    kept += piece
                    if limit is not None:
                        del kept[: max(0, len(kept) - limit)]
        return bytes(kept)

    def follow_logs(self, name: str, *, since: float = 0.0, tail: int | None = None) -> Stream[bytes]:
        with translated():
            tty = self._has_tty(name)
            parameters = _log_parameters(tail, since) | {"follow": True}
            response = self._endless(f"/containers/{name}/logs", parameters)
        output = pieces(response.raw.read1 if tty else response.raw.read, tty=tty)
        return Following((piece for _, piece in output), response)

    def _has_tty(self, name: str) -> bool:
        return bool(self._api.inspect_container(name)["Config"]["Tty"])

    def events(self, labels: Mapping[str, str], since: float = 0.0) -> Stream[EngineEvent]:
        filters = {"type": ["container"], "event": _ACTIONS, "label": label_filter(labels)}
        parameters = {"filters": json.dumps(filters)} | ({"since": f"{since:.9f}"} if since else {})
        with translated():
            response = self._endless("/events", parameters)
        return Following((_event(json.loads(line)) for line in response.iter_lines()), response)

    def _endless(self, path: str, parameters: Mapping[str, Any]) -> requests.Response:
        """A streamed answer that may be silent for as long as it likes, once it has begun."""
        response = self._request("GET", path, params=parameters)
        connection = raw_socket(response)
        connection.settimeout(None)
        keep_alive(connection)
        return response


def _log_parameters(tail: int | None, since: float) -> dict[str, Any]:
    return {
        "stdout": True,
        "stderr": True,
        "tail": "all" if tail is None else tail,
        "since": f"{since:.9f}" if since else 0,
    }


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
