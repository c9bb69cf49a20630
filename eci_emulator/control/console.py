"""/_eci/console: a page that shows what runs, what it costs and what was asked. It only uses the rest of ``/_eci``."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from connexion.lifecycle import ConnexionResponse

from eci_emulator.actions.context import Emulator

_PAGE: Final = files("eci_emulator.control").joinpath("web", "console.html").read_text("utf-8")
_SCRIPT: Final = _PAGE.partition('<script type="module">')[2].partition("</script>")[0]
_DIGEST: Final = b64encode(sha256(_SCRIPT.encode()).digest()).decode()

#: Names, images and events are anybody's text: nothing runs but the page's own script, nothing comes from elsewhere.
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; connect-src 'self'; img-src data:; "
    f"style-src 'unsafe-inline'; script-src 'sha256-{_DIGEST}'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}


def show(_: Emulator) -> Any:
    return ConnexionResponse(body=_PAGE, content_type="text/html; charset=utf-8", headers=_HEADERS)
