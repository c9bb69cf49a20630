"""What the gateway answers, in JSON or XML, as the real one writes it.

An action's answer in XML is ``<DescribeRegionsResponse>`` with an element for every field, in order; a list
is its element repeated, once for each item, without one around them. (ECI publishes samples of this form:
``<Zones>cn-hangzhou-g</Zones><Zones>cn-hangzhou-h</Zones>``.) So an empty list leaves nothing, and one of a
single item looks like that item alone. Characters XML 1.0 cannot hold, which logs have, become U+FFFD.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.sax.saxutils import escape

import msgspec
from msgspec import Struct

from eci_emulator.gateway.dialect import Format
from eci_emulator.model.errors import EciError

CONTENT_TYPES: Final[dict[Format, str]] = {
    # To the letter: clients compare the XML one with ==.
    "JSON": "application/json;charset=utf-8",
    "XML": "text/xml;charset=utf-8",
}

_XML_HEAD: Final = "<?xml version='1.0' encoding='UTF-8'?>"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_.-]|^(?![A-Za-z_])")


class Answer(Struct, frozen=True, kw_only=True):
    """An HTTP answer: status, Content-Type and body."""

    status: int
    content_type: str
    body: bytes


def new_request_id() -> str:
    """A RequestId: a random UUID in upper case."""
    return str(uuid4()).upper()


def render_success(action: str, fields: dict[str, Any], request_id: str, answer_format: Format) -> Answer:
    """The answer of an action that succeeded: ``fields`` and the RequestId."""
    whole = {"RequestId": request_id, **fields}
    if answer_format == "JSON":
        body = msgspec.json.encode(whole)
    else:
        root = Element(f"{action}Response")
        _fill(root, whole)
        body = (_XML_HEAD + tostring(root, encoding="unicode")).encode()
    return Answer(status=200, content_type=CONTENT_TYPES[answer_format], body=body)


def render_error(error: EciError, request_id: str, host: str, answer_format: Format) -> Answer:
    """The error envelope; ``host`` is the host the client believes to speak to."""
    recommend = (
        f"https://api.aliyun.com/troubleshoot?q={quote(error.code)}&product=Eci&requestId={request_id}"
    )
    if answer_format == "JSON":
        envelope = {
            "RequestId": request_id,
            "Message": error.message,
            "Recommend": recommend,
            "HostId": host,
            "Code": error.code,
        }
        body = msgspec.json.encode(envelope)
    else:
        body = (
            f"{_XML_HEAD}<Error><RequestId>{request_id}</RequestId><HostId>{_xml(host)}</HostId>"
            f"<Code>{_xml(error.code)}</Code><Message>{_xml(error.message)}</Message>"
            f"<Recommend><![CDATA[{recommend}]]></Recommend></Error>"
        ).encode()
    return Answer(status=error.http_status, content_type=CONTENT_TYPES[answer_format], body=body)


def _fill(element: Element, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            child = SubElement(element, _NOT_A_NAME.sub("_", name))
            if isinstance(item, dict):
                _fill(child, item)
            elif item is not None:
                child.text = _text(item)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else _NOT_XML.sub("\ufffd", str(value))


def _xml(text: str) -> str:
    return escape(_text(text))
