"""Any request a client of ECI may send -> one `Call`.

Clients put the action, its version and its parameters into the query, a form body, both merged, or a
JSON body, and action and version also into ``x-acs-*`` headers. Some sign in the query (V1), some in
the Authorization header (V3). Here they become the same thing.

Rules where the dialects leave a choice:

* A name given twice keeps its first value, and the query goes before the form.
* The action is the path's (``POST /CreateContainerGroup``, ``POST /vpc/CreateVpc``), else the parameter's,
  else the header's.
* The answer is in JSON if ``Format`` says so, if there is no ``Format`` but ``Accept`` names JSON, if the
  body is JSON, or if the path names the action; in XML otherwise, as on the real gateway.
* Bytes that are no UTF-8 become U+FFFD, a percent sign without two hex digits stays as it is.

Request targets may be in absolute form (what clients send to an HTTP_PROXY): uvicorn with httptools
gives ``/`` as the path, with h11 ``http://eci.cn-hangzhou.aliyuncs.com/``; both are taken. Base64
config files travel in URLs, so targets must be let through up to 1 MiB: see `protocol` for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, Literal
from urllib.parse import unquote_plus

import msgspec
from msgspec import Struct

from eci_emulator.gateway.tree import Tree, parse
from eci_emulator.model import errors

MAX_BYTES: Final = 1024 * 1024
"""Longest query and longest body."""

MAX_PARAMETERS: Final = 20_000
"""Most parameters of one request; 20 containers with 400 environment variables each are 16,000."""

COMMON: Final = frozenset(
    {
        "Action",
        "Version",
        "Format",
        "AcceptLanguage",
        "AccessKeyId",
        "SecurityToken",
        "BearerToken",
        "Timestamp",
        "Signature",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "SignatureType",
        "SourceIp",
        "SecureTransport",
        "OwnerId",
        "OwnerAccount",
        "ResourceOwnerId",
        "ResourceOwnerAccount",
    }
)
"""Parameters every action takes, which belong to the gateway and not to the action."""

Format = Literal["JSON", "XML"]

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)")
_ACTION = re.compile(r"/([A-Za-z][A-Za-z0-9]*)/?|/([a-z]+)/([A-Z][A-Za-z0-9]*)/?")
_FORMAT = re.compile(rb"(?:^|&)Format=([^&]*)")


class Call(Struct, kw_only=True, frozen=True):
    """One call of one action, whichever way it was written.

    ``query`` and ``form`` hold every parameter as sent (signatures cover them); ``params`` those of the
    action, ``common`` those of the gateway, both from query and form. ``document`` is a JSON body.
    ``action``, ``version`` and ``region`` are empty if the request names none, ``product`` is empty unless
    the path names it. ``path`` is in origin form, header names are in lower case.
    """

    action: str
    version: str
    product: str = ""
    region: str
    format: Format
    method: str
    path: str
    headers: dict[str, str]
    query: dict[str, str]
    form: dict[str, str]
    params: dict[str, str]
    common: dict[str, str]
    document: dict[str, Any]
    body: bytes

    @property
    def host(self) -> str:
        """The host the client believes to speak to: ``HostId`` of errors."""
        return self.headers.get("host", "")

    def tree(self) -> Tree:
        """What the action is asked to do, as a tree with strings for leaves where it came flat."""
        return {**parse(self.params), **self.document}


def read_call(
    method: str, path: str, query: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> Call:
    """The `Call` in a request as ASGI gives it: ``path``, ``query_string``, ``headers`` and all of the body.

    Raises `errors.LengthExceeded` for a request beyond the limits, `errors.InvalidFormat` for a body that
    claims to be JSON and is not; `answer_format` knows how to tell the client.
    """
    fields = read_headers(headers)
    asked = read_pairs(query)
    content_type = fields.get("content-type", "").lower()
    document = _read_json(body) if body and "json" in content_type else {}
    form = read_pairs(body) if body and _is_form(content_type) else {}
    params: dict[str, str] = {}
    common: dict[str, str] = {}
    for name, value in ({**form, **asked} if form else asked).items():
        (common if name in COMMON else params)[name] = value
    origin = origin_path(path)
    product, action = action_of(origin)
    return Call(
        product=product,
        action=action or common.get("Action") or fields.get("x-acs-action", ""),
        version=common.get("Version") or fields.get("x-acs-version", ""),
        region=params.get("RegionId") or _text(document.get("RegionId")),
        format=_format(common.get("Format"), fields, by_path=bool(action)),
        method=method,
        path=origin,
        headers=fields,
        query=asked,
        form=form,
        params=params,
        common=common,
        document=document,
        body=body,
    )


def answer_format(path: str, query: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Format:
    """The format of an answer to a request that `read_call` refused; never raises."""
    asked = _FORMAT.search(query)
    _, action = action_of(origin_path(path))
    return _format(asked[1].decode("latin-1") if asked else None, read_headers(headers), by_path=bool(action))


def read_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as text, names in lower case; of several with one name the first."""
    fields: dict[str, str] = {}
    for name, value in headers:
        fields.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return fields


def read_pairs(encoded: bytes) -> dict[str, str]:
    """The parameters of a query or a form body; of several with one name the first.

    Raises `errors.LengthExceeded` beyond MAX_BYTES or MAX_PARAMETERS.
    """
    if len(encoded) > MAX_BYTES or encoded.count(b"&") >= MAX_PARAMETERS:
        raise errors.LengthExceeded(
            f"A request may have {MAX_PARAMETERS} parameters in {MAX_BYTES} bytes at most."
        )
    pairs: dict[str, str] = {}
    for pair in encoded.decode("utf-8", "replace").split("&"):
        name, _, value = pair.partition("=")
        if name:
            pairs.setdefault(_decoded(name), _decoded(value))
    return pairs


def origin_path(target: str) -> str:
    """The path of a request target, also of one in absolute form; ``/`` if there is none."""
    absolute = _ABSOLUTE.match(target)
    return (absolute[1] if absolute else target) or "/"


def action_of(path: str) -> tuple[str, str]:
    """Product and action of a path like ``/CreateContainerGroup`` or ``/vpc/CreateVpc``, else empty strings."""
    named = _ACTION.fullmatch(path)
    return (named[2] or "", named[1] or named[3]) if named else ("", "")


def _decoded(text: str) -> str:
    # Most names and values need no decoding, and looking costs a tenth of decoding.
    return unquote_plus(text) if "%" in text or "+" in text else text


def _is_form(content_type: str) -> bool:
    return not content_type or content_type.startswith("application/x-www-form-urlencoded")


def _format(asked: str | None, headers: dict[str, str], *, by_path: bool) -> Format:
    if asked:
        return "JSON" if asked.upper() == "JSON" else "XML"
    if by_path:  # the call that the OpenAPI document describes, which knows no XML
        return "JSON"
    wanted = headers.get("accept", "") + headers.get("content-type", "")
    return "JSON" if "json" in wanted.lower() else "XML"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise errors.InvalidFormat(parameter="body", reason="it is no JSON object.") from error
