from __future__ import annotations

import random
import re
import string
from pathlib import Path

import pytest
from msgspec.structs import replace

from eci_emulator.gateway.authenticate import WINDOW_SECONDS, Identity, authenticate, identify, parse_time
from eci_emulator.gateway.dialect import Call, read_call
from eci_emulator.gateway.keys import DEFAULT_ACCOUNT, AccessKey, Keyring, account_of
from eci_emulator.gateway.signature import read_authorization
from eci_emulator.model import errors
from eci_emulator.nonces import NONCE_SECONDS, SpentNonces

from .wire import DUMPS, SECRET, Request, dump

KEY = "LTAIdummyAccessKeyId"
KEYS = Keyring([AccessKey(access_key_id=name, access_key_secret=SECRET) for name in (KEY, "STS.dummy")])
NOW = parse_time("2026-11-22T21:30:42Z")
V1, V3 = "sdk-core-2-DescribeContainerGroups", "tea-openapi-2-DescribeContainerGroups"


def check(request: Request, keys: Keyring = KEYS, now: float = NOW) -> Identity:
    return authenticate(request.call(), keys, SpentNonces(), now)


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
def test_recorded_signatures_hold(path: Path) -> None:
    key = "STS.dummy" if path.stem == "sdk-core-6-DescribeRegions" else KEY
    assert check(dump(path.stem)) == Identity(account_of(key), key)


def signed_positions(request: Request) -> list[tuple[int, int]]:
    """Every (line, column) a signature covers or consists of; line 0 is the request line, the last the body."""
    target = request.line.split(" ")[1]
    start = len(request.method) + 1 + len(target.partition("?")[0]) + 1
    positions = [(0, column) for column in range(start, len(request.method) + 1 + len(target))]
    positions += [(len(request.headers) + 1, column) for column in range(len(request.body))]
    authorization = [header for header in request.headers if header.startswith("Authorization: ")]
    if authorization:
        signed = {*read_authorization(authorization[0].partition(": ")[2]).signed_headers, "authorization"}
        for number, header in enumerate(request.headers, 1):
            if header.partition(":")[0].lower() in signed:
                positions += [(number, column) for column in range(len(header)) if header[column] != " "]
    return positions


def changed(request: Request, line: int, column: int, character: str) -> Request:
    lines = [request.line, *request.headers, request.body.decode("latin-1")]
    lines[line] = lines[line][:column] + character + lines[line][column + 1 :]
    return Request(lines[0], tuple(lines[1:-1]), lines[-1].encode("latin-1"))


def means_the_same(one: Call, other: Call) -> bool:
    """Whether they differ at most in the case of a hex digit or of a header's name."""
    return (one.query, one.form, one.headers) == (other.query, other.form, other.headers)


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
def test_no_signed_byte_can_be_changed(path: Path) -> None:
    request, rng = dump(path.stem), random.Random(path.stem)
    original = request.call()
    for line, column in signed_positions(request):
        mutant = changed(request, line, column, rng.choice(string.ascii_letters + string.digits + "%&=._"))
        call = mutant.call()
        if not means_the_same(call, original):
            with pytest.raises((errors.GatewayError, errors.MandatoryParameter)):
                authenticate(call, KEYS, SpentNonces(), NOW)


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (V1, "Limit=20", "Limit=21", "SignatureDoesNotMatch"),
        (V1, "eci-1", "eci-3", "SignatureDoesNotMatch"),
        (V1, "SignatureType=", "SignaturfType=", "SignatureDoesNotMatch"),
        (V1, "GET /", "PUT /", "SignatureDoesNotMatch"),
        (V1, "Action=DescribeContainerGroups", "Action=DescribeContainerGroupt", "SignatureDoesNotMatch"),
        (V1, "f487bef3", "f487bef4", "SignatureDoesNotMatch"),
        (V1, "guI10", "guI11", "SignatureDoesNotMatch"),
        (V1, "guI10", "gu%C3%A910", "SignatureDoesNotMatch"),
        (V1, "30%3A43Z", "30%3A44Z", "SignatureDoesNotMatch"),
        (V1, "30%3A43Z", "30%3A63Z", "InvalidTimeStamp.Format"),
        (V1, "30%3A43Z", "30%3A43X", "InvalidTimeStamp.Format"),
        (V1, "2026-11-22", "2027-11-22", "InvalidTimeStamp.Expired"),
        (V1, "T21%3A", "T20%3A", "InvalidTimeStamp.Expired"),
        (V1, "LTAIdummyAccessKeyId", "LTAIdummyAccessKeyIe", "InvalidAccessKeyId.NotFound"),
        (V1, "AccessKeyId=", "AccessKeyIe=", "MissingAccessKeyId"),
        (V1, "Timestamp=", "Timestamq=", "MissingTimestamp"),
        (V1, "SignatureNonce=", "SignatureNoncf=", "MissingSignatureNonce"),
        (V1, "Signature=gu", "Signaturf=gu", "MissingSignature"),
        (V3, "Limit=20", "Limit=21", "SignatureDoesNotMatch"),
        (V3, "x-acs-action: Des", "x-acs-action: Det", "SignatureDoesNotMatch"),
        (V3, "x-acs-version: 2018", "x-acs-version: 2019", "SignatureDoesNotMatch"),
        (V3, "host: 127.0.0.1:39411", "host: 127.0.0.1:39412", "SignatureDoesNotMatch"),
        (V3, "TeaDSL/2", "TeaDSL/3", "SignatureDoesNotMatch"),
        (V3, "content-sha256: e3b0", "content-sha256: e3b1", "SignatureDoesNotMatch"),
        (V3, "x-acs-signature-nonce: 8f", "x-acs-signature-nonce: 8e", "SignatureDoesNotMatch"),
        (V3, "Signature=abaf", "Signature=abae", "SignatureDoesNotMatch"),
        (V3, "accept;host", "accepu;host", "SignatureDoesNotMatch"),
        (V3, ";x-acs-date", ";x-acs-datf", "IncompleteSignature"),
        (V3, "Credential=LTAI", "Credential=LTAJ", "InvalidAccessKeyId.NotFound"),
        (V3, "Credential=", "Credentiam=", "IncompleteSignature"),
        (V3, "ACS3-HMAC-SHA256", "ACS3-HMAC-SHA257", "IncompleteSignature"),
        (V3, "ACS3-HMAC-SHA256", "BCS3-HMAC-SHA256", "IncompleteSignature"),
        (V3, "Authorization:", "Authorizatiom:", "MissingAccessKeyId"),
        (V3, "x-acs-date: ", "x-acs-datf: ", "MissingTimestamp"),
        (V3, "21:30:42Z", "21:30:4ZZ", "InvalidTimeStamp.Format"),
        (V3, "T21:30", "T20:30", "InvalidTimeStamp.Expired"),
    ],
)
def test_a_changed_request_is_refused_with_the_right_code(name: str, old: str, new: str, code: str) -> None:
    request = dump(name)
    lines = "\n".join([request.line, *request.headers])
    assert old in lines
    first, *headers = lines.replace(old, new).split("\n")
    with pytest.raises(errors.EciError) as caught:
        check(Request(first, tuple(headers)))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (V1, "SignatureType=", "SignatureType=BEARERTOKEN", "A bearer token"),
        (V1, "SignatureType=", "SignatureType=PRIVATEKEY", "(RSA)"),
        (V3, "accept: ", "x-acs-bearer-token: t\naccept: ", "A bearer token"),
        (V3, "ACS3-HMAC-SHA256 ", "ACS3-RSA-SHA256 ", "(RSA)"),
    ],
)
def test_other_proofs_are_refused_by_name(name: str, old: str, new: str, told: str) -> None:
    request = dump(name)
    first, *headers = "\n".join([request.line, *request.headers]).replace(old, new).split("\n")
    with pytest.raises(errors.NotEmulated, match=re.escape(told)):
        check(Request(first, tuple(headers)))


@pytest.mark.parametrize("name", [V1, V3])
def test_a_body_is_covered(name: str) -> None:
    request = replace(dump(name), body=b"Limit=1&More=2")
    with pytest.raises(errors.SignatureDoesNotMatch):
        check(request)


def test_the_server_tells_what_it_signed() -> None:
    wrong = Keyring([AccessKey(access_key_id=KEY, access_key_secret="other")])
    with pytest.raises(errors.SignatureDoesNotMatch) as v1:
        check(dump(V1), wrong)
    assert v1.value.message.startswith("Specified signature is not matched with our calculation.")
    # The old Python SDK takes what follows the first colon and compares it with its own.
    assert v1.value.message.split(":", 1)[1].startswith(
        "GET&%2F&AccessKeyId%3DLTAIdummyAccessKeyId%26Action%3D"
    )
    with pytest.raises(errors.SignatureDoesNotMatch) as v3:
        check(dump(V3), wrong)
    assert "server string to sign is:ACS3-HMAC-SHA256\n" in v3.value.message
    assert "POST\n/\nContainerGroupIds=%5B%22eci-1%22%2C%22eci-2%22%5D&Limit=20&" in v3.value.message
    assert SECRET not in v1.value.message + v3.value.message


def test_time_may_be_fifteen_minutes_off() -> None:
    signed_at = parse_time("2026-11-22T21:30:43Z")
    for now in (signed_at - WINDOW_SECONDS, signed_at + WINDOW_SECONDS):
        check(dump(V1), now=now)
    for now in (signed_at - WINDOW_SECONDS - 1, signed_at + WINDOW_SECONDS + 1):
        with pytest.raises(errors.TimestampExpired):
            check(dump(V1), now=now)


@pytest.mark.parametrize("name", [V1, V3])
def test_a_nonce_serves_once(name: str) -> None:
    nonces = SpentNonces()
    wrong = Keyring([AccessKey(access_key_id=KEY, access_key_secret="other")])
    with pytest.raises(errors.SignatureDoesNotMatch):
        authenticate(dump(name).call(), wrong, nonces, NOW)
    authenticate(dump(name).call(), KEYS, nonces, NOW)
    with pytest.raises(errors.SignatureNonceUsed):
        authenticate(dump(name).call(), KEYS, nonces, NOW)


def test_a_nonce_is_remembered_while_its_timestamp_holds() -> None:
    clock = [0.0]
    nonces = SpentNonces(now=lambda: clock[0])
    assert nonces.add(KEY, "once")
    assert nonces.add("another key", "once")
    clock[0] = NONCE_SECONDS
    assert not nonces.add(KEY, "once")
    clock[0] = 2 * NONCE_SECONDS
    assert nonces.add(KEY, "once")


def test_inactive_keys() -> None:
    keys = Keyring([AccessKey(access_key_id=KEY, access_key_secret=SECRET, active=False)])
    with pytest.raises(errors.AccessKeyInactive):
        check(dump(V3), keys)


@pytest.mark.parametrize(
    ("with_token", "without"),
    [
        ("tea-openapi-8-DescribeRegions", "tea-openapi-7-DescribeAvailableResource"),
        ("sdk-core-6-DescribeRegions", V1),
    ],
)
def test_temporary_keys_need_their_token(with_token: str, without: str) -> None:
    def keys(token: str) -> Keyring:
        names = (KEY, "STS.dummy")
        return Keyring(
            [AccessKey(access_key_id=name, access_key_secret=SECRET, security_token=token) for name in names]
        )

    check(dump(with_token), keys("dummySts"))
    with pytest.raises(errors.SecurityTokenMismatch):
        check(dump(with_token), keys("otherSts"))
    with pytest.raises(errors.MandatoryParameter) as caught:
        check(dump(without), keys("dummySts"))
    assert caught.value.code == "MissingSecurityToken"


def test_an_account_of_its_own() -> None:
    keys = Keyring([AccessKey(access_key_id=KEY, access_key_secret=SECRET, account_id="1234567890123456")])
    assert check(dump(V1), keys).account == "1234567890123456"


def test_without_keys_the_access_key_chooses_the_account() -> None:
    caller = identify(dump(V1).call())
    assert caller == identify(dump(V3).call()) == Identity(account_of(KEY), KEY)
    assert caller.account != account_of("other")
    assert len(caller.account) == 16
    assert caller.account.isdigit()


@pytest.mark.parametrize("header", [b"", b"Basic eA==", b"ACS3-HMAC-SHA256 nonsense", b"Bearer x"])
def test_without_keys_and_access_key_there_is_a_default_account(header: bytes) -> None:
    call = read_call("GET", "/", b"Action=DescribeRegions", [(b"authorization", header)], b"")
    assert identify(call) == Identity(DEFAULT_ACCOUNT, "")


def test_nothing_at_all_is_refused_when_there_are_keys() -> None:
    with pytest.raises(errors.MandatoryParameter) as caught:
        check(Request("GET /?Action=DescribeRegions HTTP/1.1", ()))
    assert (caught.value.code, caught.value.message) == (
        "MissingAccessKeyId",
        "AccessKeyId is mandatory for this action.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026-11-22T21:30:42",
        "2026-13-22T21:30:42Z",
        "2026-11-22T24:00:01Z",
        "0000-01-01T00:00:00Z",
        "２026-11-22T21:30:42Z",
        "x",
    ],
)
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(errors.TimestampFormat):
        parse_time(text)


def test_times_of_every_year() -> None:
    assert parse_time("1970-01-01T00:00:00Z") == 0
    assert parse_time("0001-01-01T00:00:00Z") < 0
    assert parse_time("9999-12-31T23:59:59Z") == 253402300799
