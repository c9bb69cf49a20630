from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from eci_emulator.gateway.render import new_request_id, render_error, render_success
from eci_emulator.model import errors

ID = "89945DD3-9072-47D0-A318-353284CFC7B3"
REGIONS = {
    "Regions": [
        {"Zones": ["cn-hangzhou-g", "cn-hangzhou-h"], "RegionId": "cn-hangzhou"},
        {"Zones": [], "RegionId": "cn-beijing"},
    ]
}


def test_success_in_json() -> None:
    answer = render_success("DescribeRegions", REGIONS, ID, "JSON")
    assert (answer.status, answer.content_type) == (200, "application/json;charset=utf-8")
    assert json.loads(answer.body) == {"RequestId": ID, **REGIONS}


def test_success_in_xml_repeats_the_element_of_a_list() -> None:
    answer = render_success("DescribeRegions", REGIONS, ID, "XML")
    assert (answer.status, answer.content_type) == (200, "text/xml;charset=utf-8")
    assert answer.body.decode() == (
        "<?xml version='1.0' encoding='UTF-8'?><DescribeRegionsResponse>"
        f"<RequestId>{ID}</RequestId>"
        "<Regions><Zones>cn-hangzhou-g</Zones><Zones>cn-hangzhou-h</Zones><RegionId>cn-hangzhou</RegionId></Regions>"
        "<Regions><RegionId>cn-beijing</RegionId></Regions></DescribeRegionsResponse>"
    )


def test_values_in_xml() -> None:
    fields = {
        "Ready": True,
        "Cpu": 2.0,
        "Port": 80,
        "NextToken": "",
        "None": None,
        "Dns": {},
        "Text": "a<b&c>你",
    }
    assert render_success("X", fields, ID, "XML").body.decode().partition("</RequestId>")[2] == (
        "<Ready>true</Ready><Cpu>2.0</Cpu><Port>80</Port><NextToken /><None /><Dns />"
        "<Text>a&lt;b&amp;c&gt;你</Text></XResponse>"
    )


def test_whatever_is_in_an_answer_its_xml_can_be_read() -> None:
    log = "".join(map(chr, range(0x300))) + "\ufffe\U0001f600]]>"
    fields = {
        "Content": log,
        "Options": {"": "1", "1a": "2", "a b": "3", "fs-type": "4", "<x>": "5", "-x": "6"},
    }
    root = ElementTree.fromstring(render_success("X", fields, ID, "XML").body)
    content = root.findtext("Content")
    assert content is not None
    assert "\x1b" not in content
    assert content.endswith("\ufffd\U0001f600]]>")
    options = root.find("Options")
    assert options is not None
    assert [option.text for option in options] == ["1", "2", "3", "4", "5", "6"]


def test_error_in_json() -> None:
    answer = render_error(errors.AccessKeyNotFound(), ID, "eci.cn-hangzhou.aliyuncs.com", "JSON")
    assert (answer.status, answer.content_type) == (404, "application/json;charset=utf-8")
    assert json.loads(answer.body) == {
        "RequestId": ID,
        "Message": "Specified access key is not found.",
        "Recommend": "https://api.aliyun.com/troubleshoot"
        f"?q=InvalidAccessKeyId.NotFound&product=Eci&requestId={ID}",
        "HostId": "eci.cn-hangzhou.aliyuncs.com",
        "Code": "InvalidAccessKeyId.NotFound",
    }


def test_error_in_xml() -> None:
    answer = render_error(errors.InvalidFormat("<a> & \x00 ]]>"), ID, "h<>st:80", "XML")
    assert (answer.status, answer.content_type) == (400, "text/xml;charset=utf-8")
    assert answer.body.decode() == (
        f"<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>{ID}</RequestId>"
        "<HostId>h&lt;&gt;st:80</HostId>"
        "<Code>InvalidParameter.Format</Code><Message>&lt;a&gt; &amp; \ufffd ]]&gt;</Message>"
        "<Recommend><![CDATA[https://api.aliyun.com/troubleshoot"
        f"?q=InvalidParameter.Format&product=Eci&requestId={ID}]]></Recommend></Error>"
    )


@pytest.mark.parametrize("code", ["x]]>y", "Missing<&>", "Missing你"])
def test_a_code_cannot_break_the_envelope(code: str) -> None:
    error = errors.EciError("text")
    error.code = code
    root = ElementTree.fromstring(render_error(error, ID, "h", "XML").body)
    assert root.findtext("Code") == code


def test_request_ids() -> None:
    first, second = new_request_id(), new_request_id()
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", first)
    assert first != second
