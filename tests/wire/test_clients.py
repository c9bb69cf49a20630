"""What clients of other languages send: understood, their signatures proven, and refused when changed."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest

from eci_emulator.gateway.dialect import Call
from eci_emulator.model.errors import InvalidFormat
from tests.gateway.test_authenticate import changed, means_the_same, signed_positions
from tests.gateway.wire import SECRET, Request
from tests.wire.clients import CLIENTS, TEXT
from tests.wire.served import Served
from tests.wire.signing import v1
from tests.wire.test_replays import REFUSALS, UNKNOWN

CHANGES = 60


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_client_s_request(strict: Served, client: Callable[[], Request]) -> None:
    request, rng = client(), random.Random(client.__name__)
    for line, column in rng.sample(signed_positions(request), CHANGES):
        refuses(strict, changed(request, line, column, rng.choice(string.ascii_letters)), request)
    answer = strict.replay(request)
    assert (answer.status, answer.code) == (200, ""), answer.body
    assert strict.replay(request).code == "SignatureNonceUsed"
    (group,) = strict.emulator.store.groups.get_many([answer.json["ContainerGroupId"]])
    (container,) = group.spec.containers
    assert (group.spec.name, group.spec.cpu, group.spec.auto_match_image_cache) == ("replayed", 2, True)
    assert (container.args, container.working_dir, container.ports[0].port) == ([TEXT], "", 80)
    assert [(item.key, item.value) for item in container.environment_vars] == [("A", TEXT)]
    assert [(tag.key, tag.value) for tag in group.spec.tags] == [("a/b c*~", "")]


def refuses(strict: Served, mutant: Request, request: Request) -> None:
    codes = REFUSALS
    try:
        call, original = mutant.call(), request.call()
    except InvalidFormat:
        codes = {"InvalidParameter.Format"}  # a body that is no JSON any more
    else:
        if means_the_same(call, original) or filled(call) == filled(original) == signed(original):
            return
        if (call.action, call.version) != (original.action, original.version):
            codes = REFUSALS | UNKNOWN
    refused = strict.replay(mutant)
    assert refused.code in codes, mutant
    assert refused.status in (400, 404)


def filled(call: Call) -> dict[str, str]:
    return {name: value for name, value in {**call.form, **call.query}.items() if value}


def signed(call: Call) -> dict[str, str]:
    """What the V1 signature of a call that leaves empty parameters out covers, with the signature."""
    covered = {name: value for name, value in filled(call).items() if name != "Signature"}
    return {**covered, "Signature": v1(call.method, covered, SECRET)}
