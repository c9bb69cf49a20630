from __future__ import annotations

import random
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eci_emulator.gateway.dialect import (
    COMMON,
    MAX_BYTES,
    MAX_PARAMETERS,
    Call,
    answer_format,
    read_call,
    read_pairs,
)
from eci_emulator.gateway.tree import flatten
from eci_emulator.model import errors

from .test_tree import trees
from .wire import dump

FORM = (b"content-type", b"application/x-www-form-urlencoded")
JSON = (b"content-type", b"application/json")


def read(target: str = "/", *headers: tuple[bytes, bytes], body: bytes = b"", method: str = "POST") -> Call:
    path, _, query = target.partition("?")
    return read_call(method, path, query.encode(), headers, body)


def test_v3_takes_action_and_version_from_headers() -> None:
    call = dump("tea-openapi-2-DescribeContainerGroups").call()
    assert (call.action, call.version, call.region) == (
        "DescribeContainerGroups",
        "2018-08-08",
        "cn-hangzhou",
    )
    assert call.format == "JSON"
    assert call.host == "127.0.0.1:39411"
    assert call.tree() == {
        "ContainerGroupIds": '["eci-1","eci-2"]',
        "Limit": "20",
        "RegionId": "cn-hangzhou",
        "Tag": [{"Key": "team", "Value": "ml"}],
    }


def test_v1_parameters_of_the_gateway_are_kept_apart() -> None:
    call = dump("sdk-core-5-DescribeContainerLog").call()
    assert (call.action, call.method, call.format) == ("DescribeContainerLog", "GET", "JSON")
    assert call.params == {
        "ContainerGroupId": "eci-1",
        "ContainerName": "c1",
        "Tail": "100",
        "RegionId": "cn-hangzhou",
    }
    assert call.common["SignatureType"] == ""
    assert call.common["AccessKeyId"] == "LTAIdummyAccessKeyId"


def test_query_and_form_are_merged_and_the_query_goes_first() -> None:
    call = read("/?Action=A&X=query&X=again", FORM, body=b"Action=B&X=form&Y=a+b%2Bc&Action=C")
    assert call.action == "A"
    assert call.params == {"X": "query", "Y": "a b+c"}
    assert call.form == {"Action": "B", "X": "form", "Y": "a b+c"}


def test_a_form_needs_no_content_type() -> None:
    assert read(body=b"Action=A&X=1").params == {"X": "1"}
    assert read("/", (b"content-type", b"application/octet-stream"), body=b"Action=A").action == ""


@pytest.mark.parametrize(
    ("target", "headers", "action"),
    [
        ("/CreateContainerGroup?Action=Other", [(b"x-acs-action", b"Third")], "CreateContainerGroup"),
        ("/?Action=Other", [(b"x-acs-action", b"Third")], "Other"),
        ("/", [(b"X-Acs-Action", b"Third")], "Third"),
        ("/CreateContainerGroup/", [], "CreateContainerGroup"),
        ("http://eci.cn-hangzhou.aliyuncs.com/CreateContainerGroup", [], "CreateContainerGroup"),
        ("http://eci.cn-hangzhou.aliyuncs.com/?Action=Other", [], "Other"),
        ("http://eci.cn-hangzhou.aliyuncs.com?Action=Other", [], "Other"),
        ("/a/b", [], ""),
        ("//DescribeRegions", [], ""),
        ("/", [], ""),
        ("*", [], ""),
        ("", [], ""),
    ],
)
def test_where_the_action_is(target: str, headers: list[tuple[bytes, bytes]], action: str) -> None:
    assert read(target, *headers).action == action


def test_absolute_targets_have_their_path_left() -> None:
    assert read("http://eci.cn-hangzhou.aliyuncs.com/").path == "/"
    assert read("https://eci.cn-hangzhou.aliyuncs.com").path == "/"
    assert read("http://[::1]:4588/x").path == "/x"


@pytest.mark.parametrize(
    ("target", "headers", "expected"),
    [
        ("/", [], "XML"),
        ("/", [(b"accept", b"*/*")], "XML"),
        ("/", [(b"accept", b"text/html, Application/JSON;q=0.9")], "JSON"),
        ("/?Format=json", [], "JSON"),
        ("/?Format=JSON", [(b"accept", b"text/xml")], "JSON"),
        ("/?Format=XML", [(b"accept", b"application/json")], "XML"),
        ("/?X=1&Format=Xml", [JSON], "XML"),
        ("/?Format=", [(b"accept", b"application/json")], "JSON"),
        ("/?NoFormat=JSON", [], "XML"),
        ("/DescribeRegions", [(b"content-type", b"application/json; charset=utf-8")], "JSON"),
        ("/DescribeRegions", [], "JSON"),
        ("/DescribeRegions?Format=XML", [], "XML"),
    ],
)
def test_format_of_the_answer(target: str, headers: list[tuple[bytes, bytes]], expected: str) -> None:
    assert read(target, *headers).format == expected
    assert answer_format(target.partition("?")[0], target.partition("?")[2].encode(), headers) == expected


def test_format_in_the_form() -> None:
    assert read("/", FORM, body=b"Format=JSON").format == "JSON"


def test_json_body() -> None:
    call = read(
        "/CreateContainerGroup?Cpu=1", JSON, body=b'{"RegionId":"cn-beijing","Container":[{"Cpu":2}]}'
    )
    assert (call.action, call.region, call.format) == ("CreateContainerGroup", "cn-beijing", "JSON")
    assert call.tree() == {"RegionId": "cn-beijing", "Container": [{"Cpu": 2}], "Cpu": "1"}
    assert read("/DescribeRegions", JSON, body=b"").tree() == {}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1]",
        b"1",
        b'"x"',
        b"\xff",
        b'{"a\xe4b":1}',
        b'{"a":"\\ud800"}',
        b'{"a":' * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_a_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(errors.InvalidFormat, match="body"):
        read("/DescribeRegions", JSON, body=body)


def test_odd_encodings_are_read_somehow() -> None:
    assert read_pairs(b"A=%zz&B=%&C=\xff&D=%ff&=x&E&&F=%00&G=a=b&%41%42=1&H=%E4%BD%A0") == {
        "A": "%zz",
        "B": "%",
        "C": "\ufffd",
        "D": "\ufffd",
        "E": "",
        "F": "\x00",
        "G": "a=b",
        "AB": "1",
        "H": "你",
    }


def test_size_is_bounded() -> None:
    assert read("/?A=" + "x" * (MAX_BYTES - 2)).params["A"] == "x" * (MAX_BYTES - 2)
    most = "&".join(f"A.{number}=" for number in range(MAX_PARAMETERS))
    assert len(read(f"/?{most}").params) == MAX_PARAMETERS
    for target in ("/?A=" + "x" * MAX_BYTES, f"/?{most}&B="):
        with pytest.raises(errors.LengthExceeded):
            read(target)


def dialects(tree: dict[str, Any], order: random.Random) -> list[Call]:
    """``tree`` written in every way a client may write it."""
    calls = []
    for counted in (False, True):
        flat = list(flatten(tree, counted_keys=counted).items())
        order.shuffle(flat)
        for encode in (quote, quote_plus):
            both = [urlencode(part, quote_via=encode) for part in (flat[::2], flat[1::2])]
            whole = urlencode(flat, quote_via=encode)
            calls += [
                read(f"/?{whole}", method="GET"),
                read(f"http://eci.aliyuncs.com/?{whole}"),
                read("/", FORM, body=whole.encode()),
                read(f"/?{both[0]}", FORM, body=both[1].encode()),
            ]
    return [*calls, read("/DescribeRegions", JSON, body=msgspec.json.encode(tree))]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(trees.filter(COMMON.isdisjoint), st.randoms(use_true_random=False))
def test_any_tree_is_the_same_in_every_dialect(tree: dict[str, Any], order: random.Random) -> None:
    for call in dialects(tree, order):
        assert call.tree() == tree
