"""Web browsers: whoever types in the address is shown the console, and pages of other sites may not call.

Without this any page that its user looks at could create container groups, for it takes no more than the address of
an image. Browsers tell in Sec-Fetch-Site on whose behalf they ask (W3C Fetch Metadata); clients of the API do not.
"""

from __future__ import annotations

from typing import Final

from starlette.types import Scope

CONSOLE: Final = "/_eci/console"


def is_visit(scope: Scope) -> bool:
    """A person opens the emulator's address; no API client requests a page without parameters."""
    return _asks_for_page(scope, "/") and b"text/html" in _header(scope, b"accept")


def is_from_another_site(scope: Scope) -> bool:
    """A page of another site calls. Links to the console are good, and whoever has a terminal's address may use it."""
    return (
        _header(scope, b"sec-fetch-site") == b"cross-site"
        and not scope["path"].startswith("/exec/")
        and not (_asks_for_page(scope, "/", CONSOLE) and _header(scope, b"sec-fetch-mode") == b"navigate")
    )


def _asks_for_page(scope: Scope, *paths: str) -> bool:
    return scope["method"] == "GET" and scope["path"] in paths and not scope["query_string"]


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")
