"""A page in Chromium without a window, driven over its DevTools protocol."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from websockets.sync.client import ClientConnection, connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Page:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)

    def call(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(timeout=20))
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def value(self, expression: str) -> Any:
        """The value of an expression of the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def text(self, selector: str) -> str:
        return str(self.value(f"document.querySelector('{selector}')?.innerText ?? ''"))

    def type(self, text: str) -> None:
        """Key after key, as from a keyboard."""
        for key in text:
            named = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
            self.call("Input.dispatchKeyEvent", type="keyDown", **(named if key == "\n" else {"text": key}))
            self.call("Input.dispatchKeyEvent", type="keyUp", **({} if key != "\n" else {"key": "Enter"}))

    def resize(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )


@contextmanager
def opened(url: str, seconds: float = 30.0) -> Iterator[Page]:
    """The page at ``url``; the test is skipped where there is no Chromium."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    with tempfile.TemporaryDirectory(prefix="eci-browser-", ignore_cleanup_errors=True) as profile:
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-proxy-server", "--no-first-run"]
        options += ["--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={profile}"]
        process = subprocess.Popen(
            [CHROMIUM, *options, url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            with connect(_debugger(Path(profile), seconds), proxy=None, max_size=None) as connection:
                yield Page(connection)
        finally:
            process.terminate()
            process.wait(20)


def _debugger(profile: Path, seconds: float) -> str:
    """The WebSocket of the page, once the browser says where it listens."""
    told, deadline = profile / "DevToolsActivePort", time.monotonic() + seconds
    while time.monotonic() < deadline:
        if told.exists() and (lines := told.read_text().split()):
            pages = requests.get(f"http://127.0.0.1:{lines[0]}/json/list", timeout=5).json()
            for page in pages:
                if page["type"] == "page":
                    return str(page["webSocketDebuggerUrl"])
        time.sleep(0.1)
    raise AssertionError("the browser does not start")
