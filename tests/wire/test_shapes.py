"""One call in the shape that each client of ECI gives it, signed as that client signs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import requests
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkeci.request.v20180808.DescribeContainerGroupsRequest import DescribeContainerGroupsRequest

from tests.gateway.wire import SECRET
from tests.wire import signing
from tests.wire.conftest import RECORDED_AT
from tests.wire.served import FORM, Headers, Served, encoded, listening

KEY = "LTAIdummyAccessKeyId"
HOST = "eci.cn-hangzhou.aliyuncs.com"
NASTY = "a b+c%2B&=*~'()!/你\n"
PARAMETERS = {
    "RegionId": "cn-hangzhou",
    "ContainerGroupName": "shape",
    "Container.10.Name": "second",
    "Container.10.Image": "busybox:1",
    "Container.2.Name": "first",
    "Container.2.Image": "busybox:1",
    "Container.2.EnvironmentVar.1.Key": "NASTY",
    "Container.2.EnvironmentVar.1.Value": NASTY,
    "Container.2.Tty": "true",
    "Cpu": "2",
    "Memory": "4.0",
    "Zone": "not a parameter",
}

Parts = tuple[str, bytes, Headers, bytes]
Shape = Callable[[dict[str, str]], Parts]

ACS = [
    (b"x-acs-action", b"CreateContainerGroup"),
    (b"x-acs-version", b"2018-08-08"),
    (b"host", HOST.encode()),
]


def public(**more: str) -> dict[str, str]:
    return {
        "Action": "CreateContainerGroup",
        "Version": "2018-08-08",
        "Format": "JSON",
        "Timestamp": RECORDED_AT,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": uuid4().hex,
        "AccessKeyId": KEY,
        **more,
    }


def signed_v1(method: str, whole: dict[str, str]) -> dict[str, str]:
    return {**whole, "Signature": signing.v1(method, whole, SECRET)}


def aliyun_cli(parameters: dict[str, str]) -> Parts:
    """Everything in the URL of a POST, also an empty SignatureType; content type of a form without one."""
    query = signed_v1("POST", public(SignatureType="") | parameters)
    return "POST", b"/?" + encoded(query), [*ACS, FORM, (b"content-length", b"0")], b""


def go_core(parameters: dict[str, str]) -> Parts:
    """The older Go SDK: as the CLI, by GET."""
    query = signed_v1("GET", public(SignatureType="", Format="JSON") | parameters)
    return "GET", b"/?" + encoded(query), ACS, b""


def pop_core_get(parameters: dict[str, str]) -> Parts:
    """Node's RPCClient spells its parameters as they come and sends no headers of its own."""
    query = signed_v1("GET", public() | parameters)
    return "GET", b"/?" + encoded(query).replace(b"+", b"%20"), [(b"host", HOST.encode())], b""


def pop_core_post(parameters: dict[str, str]) -> Parts:
    """All in the form, the signature too."""
    return "POST", b"/", [FORM, (b"host", HOST.encode())], encoded(signed_v1("POST", public() | parameters))


def tea_rpc(parameters: dict[str, str]) -> Parts:
    """Terraform's: gateway parameters in the query, the action's in the form, one signature over both."""
    common = public(Format="json")
    query = {**common, "Signature": signing.v1("POST", common | parameters, SECRET)}
    return "POST", b"/?" + encoded(query), [*ACS, FORM], encoded(parameters)


def tea_rpc_split(parameters: dict[str, str]) -> Parts:
    """Some of the action's parameters in the query, the rest in the form."""
    common = public() | dict(list(parameters.items())[:4])
    form = dict(list(parameters.items())[4:])
    query = {**common, "Signature": signing.v1("POST", common | form, SECRET)}
    return "POST", b"/?" + encoded(query), [*ACS, FORM], encoded(form)


def v3_headers() -> dict[str, str]:
    return {
        "host": HOST,
        "x-acs-action": "CreateContainerGroup",
        "x-acs-version": "2018-08-08",
        "x-acs-date": RECORDED_AT,
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }


def as_bytes(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def typescript(parameters: dict[str, str]) -> Parts:
    """V3 that signs host and x-acs-* alone."""
    headers = v3_headers()
    authorization = signing.v3("POST", parameters, headers, (KEY, SECRET))
    others = {"accept": "application/json", "user-agent": "TeaDSL/2", "Authorization": authorization}
    return "POST", b"/?" + encoded(parameters), as_bytes(headers | others), b""


def v3_form(parameters: dict[str, str]) -> Parts:
    """V3 with the parameters in a form body, whose hash is signed."""
    body = encoded(parameters)
    digest = signing.sha256(body)
    headers = v3_headers() | {
        "x-acs-content-sha256": digest,
        "content-type": "application/x-www-form-urlencoded",
    }
    authorization = signing.v3("POST", {}, headers, (KEY, SECRET), body)
    return (
        "POST",
        b"/",
        as_bytes(headers | {"Authorization": authorization, "Accept": "application/json"}),
        body,
    )


def v3_get(parameters: dict[str, str]) -> Parts:
    headers = v3_headers()
    authorization = signing.v3("GET", parameters, headers, (KEY, SECRET))
    return "GET", b"/?" + encoded(parameters), as_bytes(headers | {"Authorization": authorization}), b""


SHAPES: list[Shape] = [
    aliyun_cli,
    go_core,
    pop_core_get,
    pop_core_post,
    tea_rpc,
    tea_rpc_split,
    typescript,
    v3_form,
    v3_get,
]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)


@each_shape
def test_a_call_in_any_shape_does_the_same(strict: Served, shape: Shape) -> None:
    answer = strict(*shape(PARAMETERS))
    assert answer.status == 200, answer.body
    wants_xml = shape is v3_get  # names no format
    group_id = answer.xml.findtext("ContainerGroupId") if wants_xml else answer.json["ContainerGroupId"]
    assert group_id
    (group,) = strict.emulator.store.groups.get_many([group_id])
    first, second = group.spec.containers
    assert (first.name, second.name) == ("first", "second")
    assert first.environment_vars[0].value == NASTY
    assert (first.tty, group.spec.cpu, group.spec.memory) == (True, 2.0, 4.0)
    (traced, *_) = strict.emulator.trace.newest_first()
    assert traced.ignored == ["Zone"]


@each_shape
def test_a_parameter_that_was_changed_on_the_way_is_noticed(strict: Served, shape: Shape) -> None:
    method, target, headers, body = shape(PARAMETERS)
    changed = [
        part.replace(b"ContainerGroupName=shape", b"ContainerGroupName=shapf") for part in (target, body)
    ]
    assert changed != [target, body]
    answer = strict(method, changed[0], headers, changed[1])
    assert (answer.status, answer.code) == (400, "SignatureDoesNotMatch")


@each_shape
def test_another_secret_is_noticed(strict: Served, shape: Shape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "SECRET", "another")
    assert strict(*shape(PARAMETERS)).code == "SignatureDoesNotMatch"


@pytest.fixture
def proxy(strict: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The emulator as the proxy of clients that cannot change their endpoint."""
    strict.emulator.store.clock.reset()
    with listening(strict) as address:
        monkeypatch.setenv("HTTP_PROXY", f"http://{address}")
        monkeypatch.setenv("http_proxy", f"http://{address}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        yield address


@pytest.mark.usefixtures("proxy")
def test_requests_through_the_emulator_as_a_proxy() -> None:
    answer = requests.get(
        f"http://{HOST}/?Action=DescribeRegions&Format=JSON&AccessKeyId=unknown"
        f"&Timestamp={RECORDED_AT}&SignatureNonce=1&Signature=x",
        timeout=10,
    )
    assert (answer.status_code, answer.json()["Code"]) == (404, "InvalidAccessKeyId.NotFound")
    assert answer.json()["HostId"] == HOST


@pytest.mark.usefixtures("proxy")
def test_the_old_sdk_through_the_emulator_as_a_proxy() -> None:
    request = DescribeContainerGroupsRequest()
    request.set_endpoint(HOST)
    answer = AcsClient(KEY, SECRET, "cn-hangzhou").do_action_with_exception(request)
    assert b'"TotalCount":0' in answer
    request = DescribeContainerGroupsRequest()
    request.set_endpoint(HOST)
    with pytest.raises(ServerException) as refused:
        AcsClient(KEY, "another", "cn-hangzhou").do_action_with_exception(request)
    # What the SDK makes of SignatureDoesNotMatch when the string to sign is the same as its own.
    assert refused.value.get_error_code() == "InvalidAccessKeySecret"
