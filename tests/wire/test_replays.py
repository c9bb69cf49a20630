"""Requests as they were recorded from real clients, with their signatures, through the whole application."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from eci_emulator.gateway.authenticate import parse_time
from tests.gateway.test_authenticate import changed, means_the_same, signed_positions
from tests.gateway.wire import DUMPS, Request, dump
from tests.wire.conftest import RECORDED_AT
from tests.wire.served import Served

#: What these calls ask for is not there, or not to be had; everything before that must have passed.
ANSWERS = {
    "ExecContainerCommand": (404, "InvalidParameter.NotFound"),
    "DescribeContainerLog": (404, "InvalidParameter.NotFound"),
    # It bids 0.05 CNY an hour for a GPU.
    "tea-openapi-1-CreateContainerGroup": (403, "Spot.NotMatched"),
}

#: Every code that refuses a request because of who sent it, or when.
REFUSALS = {
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "InvalidAccessKeyId.NotFound",
    "InvalidTimeStamp.Format",
    "InvalidTimeStamp.Expired",
    "MissingAccessKeyId",
    "MissingSignature",
    "MissingSignatureNonce",
    "MissingTimestamp",
}
#: A changed name of an action, version or product is met before the signature is.
UNKNOWN = {"InvalidAction.NotFound", "InvalidVersion", "UnsupportedOperation.NotEmulated"}


def expected(path: Path) -> tuple[int, str]:
    """Status and code of the answer to a recorded request."""
    action = path.stem.rpartition("-")[2]
    return ANSWERS.get(path.stem) or ANSWERS.get(action) or (200, "")


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
def test_a_recorded_request_passes_once(strict: Served, path: Path) -> None:
    answer = strict.replay(dump(path.stem))
    assert (answer.status, answer.code) == expected(path), answer.body
    assert answer.json["RequestId"]
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    again = strict.replay(dump(path.stem))
    assert (again.status, again.code) == (400, "SignatureNonceUsed")


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
def test_a_recorded_request_with_one_byte_changed_is_refused(strict: Served, path: Path) -> None:
    request, rng = dump(path.stem), random.Random(path.stem)
    original = request.call()
    positions = signed_positions(request)
    for line, column in rng.sample(positions, min(len(positions), 150)):
        mutant = changed(request, line, column, rng.choice(string.ascii_letters + string.digits))
        call = mutant.call()
        if means_the_same(call, original):
            continue
        answer = strict.replay(mutant)
        named = (call.action, call.version) == (original.action, original.version)
        assert answer.code in (REFUSALS if named else REFUSALS | UNKNOWN), mutant
        assert answer.status in (
            (400, 404) if answer.code in UNKNOWN | {"InvalidAccessKeyId.NotFound"} else (400,)
        )
    answer = strict.replay(request)
    assert (answer.status, answer.code) == expected(path)  # no nonce was spent meanwhile


def test_a_recorded_request_is_refused_at_another_time(strict: Served) -> None:
    request = dump("sdk-core-2-DescribeContainerGroups")
    strict.emulator.store.clock.set(parse_time("2026-11-22T21:46:00Z"))
    assert strict.replay(request).code == "InvalidTimeStamp.Expired"
    strict.emulator.store.clock.set(parse_time(RECORDED_AT))
    assert strict.replay(request).status == 200


def test_recordings_of_strangers_are_refused(strict: Served) -> None:
    request = dump("sdk-core-2-DescribeContainerGroups")
    stranger = Request(request.line.replace("LTAIdummy", "LTAIother"), request.headers)
    answer = strict.replay(stranger)
    assert (answer.status, answer.code) == (404, "InvalidAccessKeyId.NotFound")
    assert answer.json["HostId"] == "127.0.0.1:39412"


def test_what_was_signed_is_told_to_the_client_alone(strict: Served) -> None:
    recorded = dump("tea-openapi-8-DescribeRegions")
    forged = Request(recorded.line.replace("hangzhou", "beijing"), recorded.headers)
    answer = strict.replay(forged)
    assert (answer.code, b"dummySts" in answer.body) == ("SignatureDoesNotMatch", True)
    assert next(strict.emulator.trace.newest_first()).code == "SignatureDoesNotMatch"
    assert all(b"dummySts" not in traced.answer for traced in strict.emulator.trace.newest_first())


def test_a_recording_creates_what_it_asks_for(strict: Served) -> None:
    group_id = strict.replay(dump("sdk-core-1-CreateContainerGroup")).json["ContainerGroupId"]
    (record,) = strict.emulator.store.groups.get_many([group_id])
    (container,) = record.spec.containers
    assert container.commands == ["sh", "-c"]
    assert container.args == ['echo "hi there"; sleep 1']
    assert [(variable.key, variable.value) for variable in container.environment_vars] == [("A", "b c+d")]
    assert [(tag.key, tag.value) for tag in record.spec.tags] == [("team", "ml")]
