"""Every action of the API, called by each official client, answers what the document and the samples show."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_eci20180808 import models
from alibabacloud_eci20180808.client import Client as NewClient
from alibabacloud_rpc_util.client import Client as RpcUtil
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_rpc.client import Client as RpcClient
from alibabacloud_tea_rpc.models import Config as RpcConfig
from alibabacloud_tea_util.models import RuntimeOptions
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest, RpcRequest
from darabonba.utils.xml import XML

from eci_emulator.gateway.render import render_success
from eci_emulator.gateway.tree import flatten
from tests.actions.answers import DOCUMENT, check_answer
from tests.wire.scenario import Client, Json, Script, speaking_agents
from tests.wire.served import FORM, Served, encoded, listening

ACTIONS = {path.lstrip("/") for path in DOCUMENT["paths"]}
SAMPLES = json.loads((Path(__file__).parents[1] / "facts" / "samples.json").read_text("utf-8"))
REGION = "cn-hangzhou"
ID, SECRET = "LTAIevery", "secret"

#: What samples show and answers lack: the mapping of `docs/limits.md`.
LEFT_OUT: dict[str, set[str]] = {}


def new_sdk(address: str) -> Client:
    """alibabacloud_eci20180808: V3, everything in the query of a POST."""
    client = NewClient(
        Config(
            access_key_id=ID, access_key_secret=SECRET, endpoint=address, protocol="HTTP", region_id=REGION
        )
    )

    def call(action: str, parameters: Json) -> Json:
        request = getattr(models, f"{action}Request")().from_map({"RegionId": REGION, **parameters})
        method = getattr(client, re.sub("(?<=[a-z])(?=[A-Z])", "_", action).lower())
        answer: Json = method(request).body.to_map()
        return answer

    return call


def old_sdk(address: str) -> Client:
    """aliyun-python-sdk: V1, everything in the query of a GET, or of a POST where its class says so."""
    client = AcsClient(ID, SECRET, REGION)

    def call(action: str, parameters: Json) -> Json:
        request = _old_request(action)
        if DOCUMENT["paths"][f"/{action}"]["post"]["x-eci-methods"] == ["POST"]:
            request.set_method("POST")  # which its class for the events forgets
        request.set_endpoint(address)
        for name, value in flatten(parameters).items():
            request.add_query_param(name, value)
        answer: Json = json.loads(client.do_action_with_exception(request))
        return answer

    return call


def _old_request(action: str) -> RpcRequest:
    try:
        module = importlib.import_module(f"aliyunsdkeci.request.v20180808.{action}Request")
    except ModuleNotFoundError:  # it is older than the action
        request = CommonRequest(version="2018-08-08", action_name=action, product="Eci")
        request.set_method("POST")
        return request
    return getattr(module, f"{action}Request")()


def terraform(address: str) -> Client:
    """tea-rpc: V1, the gateway's parameters in the query, the action's in the form."""
    client = RpcClient(
        RpcConfig(
            access_key_id=ID, access_key_secret=SECRET, endpoint=address, protocol="HTTP", region_id=REGION
        )
    )

    def call(action: str, parameters: Json) -> Json:
        body = RpcUtil.query({"RegionId": REGION, **parameters})
        answer: Json = client.do_request(
            action, "HTTP", "POST", "2018-08-08", "AK", {}, body, RuntimeOptions()
        )
        return answer

    return call


#: The clients that every action is called by, under their names in docs/coverage.md.
CLIENTS = {
    "alibabacloud_eci20180808": new_sdk,
    "aliyun-python-sdk": old_sdk,
    "tea-rpc (Terraform)": terraform,
}


@pytest.fixture
def answering(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    speaking_agents(monkeypatch)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with listening(served) as address:
        yield address


@pytest.mark.parametrize("client", CLIENTS)
def test_every_action_by_an_official_client(served: Served, answering: str, client: str) -> None:
    answers = Script(CLIENTS[client](answering), served.emulator.store).run()
    assert set(answers) == ACTIONS
    for action, answer in answers.items():
        assert answer["RequestId"], action
        if client != "alibabacloud_eci20180808":  # whose models leave out what they do not know
            check_answer(action, answer)


def test_answers_have_what_the_samples_show(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    speaking_agents(monkeypatch)
    for action, answer in Script(in_format(served, "JSON"), served.emulator.store).run().items():
        assert set(SAMPLES[action]) - set(answer) == LEFT_OUT.get(action, set()), action


def in_format(served: Served, wanted: str) -> Client:
    """A client that asks for an answer in JSON, or with nothing that names a format."""

    def call(action: str, parameters: Json) -> Json:
        public = {"Action": action, "Version": "2018-08-08", "RegionId": REGION}
        public |= {"Format": "JSON"} if wanted == "JSON" else {}
        answer = served("POST", b"/", [FORM, (b"accept", b"*/*")], encoded(public | flatten(parameters)))
        assert answer.status == 200, answer.body
        if wanted == "JSON":
            return answer.json
        assert answer.headers["content-type"] == "text/xml;charset=utf-8"
        (root,) = XML.parse_xml(answer.body.decode()).items()
        assert root[0] == f"{action}Response"
        parsed: Json = root[1]
        return parsed

    return call


def test_answers_in_xml_say_the_same(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for nothing, they are in XML, which the parser of the current SDK reads."""
    speaking_agents(monkeypatch)
    store = served.emulator.store
    xml = Script(in_format(served, "XML"), store).run()
    store.forget(())
    plain = Script(in_format(served, "JSON"), store).run()
    for action, answer in plain.items():
        given = {name for name, value in answer.items() if value != []}
        assert set(xml[action]) == given, action


@pytest.mark.parametrize("action", SAMPLES)
def test_a_published_sample_survives_xml(action: str) -> None:
    body = render_success(action, SAMPLES[action], "0", "XML").body.decode()
    assert XML.parse_xml(body) == {f"{action}Response": as_xml(SAMPLES[action])}


def as_xml(value: Any) -> Any:
    """What is left of a value in XML: texts; of a list of one its item, of an empty one nothing."""
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if inner != []}
        return {name: as_xml(inner) for name, inner in kept.items()} or None
    if isinstance(value, list):
        return as_xml(value[0]) if len(value) == 1 else [as_xml(item) for item in value]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.strip() or None
