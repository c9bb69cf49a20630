"""What the official clients really send is understood, and their signatures hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_eci20180808 import models
from alibabacloud_eci20180808.client import Client
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_rpc.client import Client as RpcClient
from alibabacloud_tea_rpc.models import Config as RpcConfig
from alibabacloud_tea_util.models import RuntimeOptions
from aliyunsdkcore.auth.credentials import StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkeci.request.v20180808.CreateContainerGroupRequest import CreateContainerGroupRequest
from aliyunsdkeci.request.v20180808.DescribeContainerGroupsRequest import DescribeContainerGroupsRequest
from aliyunsdkeci.request.v20180808.DescribeContainerGroupStatusRequest import (
    DescribeContainerGroupStatusRequest,
)

from eci_emulator.gateway.authenticate import authenticate
from eci_emulator.gateway.dialect import Call
from eci_emulator.gateway.keys import AccessKey, Keyring
from eci_emulator.gateway.tree import parse
from eci_emulator.model import errors
from eci_emulator.nonces import SpentNonces

from .wire import Recorder, recorder

ID, SECRET, TOKEN = "LTAIclient", "s3cret/+=", "a+b/c=="
KEYS = Keyring([AccessKey(access_key_id=ID, access_key_secret=SECRET)])
WRONG = Keyring([AccessKey(access_key_id=ID, access_key_secret="other")])
TEXT = 'sh -c "echo +%2B & =~*\'()!你" #\n\t'


@pytest.fixture
def server() -> Iterator[Recorder]:
    with recorder() as server:
        yield server


def verified(server: Recorder) -> Call:
    """The one call recorded, found well signed, and refused under another secret."""
    (request,) = server.requests
    call = request.call()
    with pytest.raises(errors.SignatureDoesNotMatch):
        authenticate(call, WRONG, SpentNonces(), time.time())
    assert authenticate(call, KEYS, SpentNonces(), time.time()).access_key_id == ID
    return call


def tea_client(server: Recorder, **options: str) -> Client:
    return Client(
        Config(
            access_key_id=ID,
            access_key_secret=SECRET,
            endpoint=server.address,
            protocol="HTTP",
            region_id="cn-hangzhou",
            **options,
        )
    )


CREATE = {
    "RegionId": "cn-hangzhou",
    "ContainerGroupName": "job",
    "Cpu": 2.0,
    "AutoMatchImageCache": True,
    "Container": [
        {
            "Name": "c",
            "Image": "busybox:1",
            "Command": ["sh", "-c", TEXT],
            "EnvironmentVar": [{"Key": "A", "Value": TEXT}, {"Key": "B", "Value": "x" * 100_000}],
            "Port": [{"Port": 80}],
        }
    ],
}
CREATED = {
    **CREATE,
    "Cpu": "2.0",
    "AutoMatchImageCache": "True",
    "Container": [{**CREATE["Container"][0], "Port": [{"Port": "80"}]}],  # type: ignore[index]
}


@pytest.mark.parametrize("options", [{}, {"security_token": TOKEN}, {"signature_algorithm": "v2"}])
def test_current_sdk(server: Recorder, options: dict[str, str]) -> None:
    tea_client(server, **options).create_container_group(
        models.CreateContainerGroupRequest().from_map(CREATE)
    )
    call = verified(server)
    assert (call.action, call.version, call.format) == ("CreateContainerGroup", "2018-08-08", "JSON")
    assert call.tree() == CREATED


def test_current_sdk_writes_maps_by_key(server: Recorder) -> None:
    request = models.CreateDataCacheRequest(
        region_id="cn-hangzhou",
        bucket="b",
        path="/p",
        data_source=models.CreateDataCacheRequestDataSource(
            type="OSS", options={"bucket": "x", "path": "/y"}
        ),
    )
    tea_client(server).create_data_cache(request)
    assert verified(server).tree()["DataSource"] == {"Type": "OSS", "Options": {"bucket": "x", "path": "/y"}}


def core_client(server: Recorder, credential: Any = None) -> Callable[[Any], None]:
    client = (
        AcsClient(region_id="cn-hangzhou", credential=credential)
        if credential
        else AcsClient(ID, SECRET, "cn-hangzhou")
    )

    def send(request: Any) -> None:
        request.set_endpoint(server.address)
        client.do_action_with_exception(request)

    return send


@pytest.mark.parametrize("credential", [None, StsTokenCredential(ID, SECRET, TOKEN)], ids=["key", "sts"])
def test_old_sdk(server: Recorder, credential: Any) -> None:
    request = CreateContainerGroupRequest()
    request.set_ContainerGroupName("job")
    request.set_Containers(
        [
            {
                "Image": "busybox:1",
                "Name": "c",
                "Commands": ["sh", "-c", TEXT],
                "EnvironmentVars": [{"Key": "A"}],
            }
        ]
    )
    core_client(server, credential)(request)
    call = verified(server)
    assert (call.action, call.method, call.format) == ("CreateContainerGroup", "GET", "JSON")
    assert call.tree()["Container"][0]["Command"] == ["sh", "-c", TEXT]


def test_old_sdk_posts_some_actions(server: Recorder) -> None:
    core_client(server)(DescribeContainerGroupStatusRequest())
    call = verified(server)
    assert (call.action, call.method) == ("DescribeContainerGroupStatus", "POST")


def test_old_sdk_through_a_proxy(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{server.address}")
    request = DescribeContainerGroupsRequest()
    request.set_endpoint("eci.cn-hangzhou.aliyuncs.com")
    AcsClient(ID, SECRET, "cn-hangzhou").do_action_with_exception(request)
    assert server.requests[0].line.startswith("GET http://eci.cn-hangzhou.aliyuncs.com/?")
    call = verified(server)
    assert (call.action, call.host) == ("DescribeContainerGroups", "eci.cn-hangzhou.aliyuncs.com")


def test_terraform_puts_its_parameters_into_the_form(server: Recorder) -> None:
    lines = Path(__file__).with_name("terraform-create.txt").read_text().splitlines()
    params = dict(line.split("=", 1) for line in lines)
    client = RpcClient(
        RpcConfig(
            access_key_id=ID,
            access_key_secret=SECRET,
            endpoint=server.address,
            protocol="HTTP",
            region_id="cn-beijing",
            user_agent="Terraform",
        )
    )
    client.do_request(
        "CreateContainerGroup", "HTTP", "POST", "2018-08-08", "AK", {}, params, RuntimeOptions()
    )
    call = verified(server)
    assert (call.action, call.region, call.format) == ("CreateContainerGroup", "cn-beijing", "JSON")
    assert call.form
    assert "Action" in call.query
    assert call.tree() == parse(params)
