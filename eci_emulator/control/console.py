"""/_eci/console: a page that shows what runs, what it costs and what was asked. It only uses the rest of ``/_eci``."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

from connexion.lifecycle import ConnexionResponse

from eci_emulator.actions.context import Emulator

_PAGE: Final = files("eci_emulator.control").joinpath("web", "console.html").read_text("utf-8")

#: Names, images and events are anybody's text: nothing of it may ever run, or load anything from elsewhere.
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; connect-src 'self'; img-src data:; "
    "style-src 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}


def show(_: Emulator) -> Any:
    return ConnexionResponse(body=_PAGE, content_type="text/html; charset=utf-8", headers=_HEADERS)
