"""What probes and lifecycle hooks do: run a command, ask over HTTP, try a TCP connection."""

from __future__ import annotations

import contextlib
import socket

import requests
import urllib3

from eci_emulator.controller.steps import Checked
from eci_emulator.engine.driver import Engine, EngineError
from eci_emulator.model.group import Handler

OUTPUT_LIMIT = 10_240

urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # probes do not check certificates


def check(engine: Engine, name: str, ip: str, handler: Handler, timeout: float) -> Checked:
    """Carry out a handler against a container; never raises, never takes much longer than ``timeout`` seconds."""
    timeout = max(timeout, 1.0)
    if handler.exec:
        return _exec(engine, name, handler.exec, timeout)
    if handler.http_port:
        return _http(handler, ip, timeout)
    return _tcp(handler.tcp_host or ip, handler.tcp_port, timeout)


def _exec(engine: Engine, name: str, argv: list[str], timeout: float) -> Checked:
    try:
        result = engine.exec(name, argv, timeout=timeout, limit=OUTPUT_LIMIT)
    except EngineError as error:
        return Checked(False, str(error))
    if result.timed_out:
        return Checked(False, f"command {argv!r} timed out after {timeout:g}s")
    return Checked(result.exit_code == 0, result.output.decode(errors="replace").strip())


def _http(handler: Handler, ip: str, timeout: float) -> Checked:
    scheme = (handler.http_scheme or "HTTP").lower()
    path = handler.http_path or "/"
    url = f"{scheme}://{handler.http_host or ip}:{handler.http_port}{path if path.startswith('/') else '/' + path}"
    headers = {header.name: header.value for header in handler.http_headers}
    try:
        with contextlib.closing(_get(url, headers, timeout)) as response:
            status = response.status_code
    except requests.RequestException as error:
        return Checked(False, f'Get "{url}": {type(error).__name__}')
    return Checked(
        200 <= status < 400, "" if status < 400 else f"HTTP probe failed with statuscode: {status}"
    )


def _get(url: str, headers: dict[str, str], timeout: float) -> requests.Response:
    session = requests.Session()
    session.trust_env = False  # a proxy of the host's has no business between us and a container
    session.verify = False  # as the kubelet: a probe does not check certificates
    return session.get(url, headers=headers, timeout=timeout, stream=True, allow_redirects=False)


def _tcp(host: str, port: int, timeout: float) -> Checked:
    try:
        with socket.create_connection((host, port), timeout):
            return Checked(True)
    except OSError as error:
        return Checked(False, f"dial tcp {host}:{port}: {error.strerror or error}")
