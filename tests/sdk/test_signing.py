"""Our signatures against the emulator's own reading of them, which real clients' requests have tested."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from eci_emulator.gateway import signature
from eci_sdk.config import Credentials
from eci_sdk.signing import Signer

PARAMETERS = {"B": "x y*~+&=%/ü", "A": "", "Container.1.Name": "a", "Container.10.Name": "b", "a": "1"}


def prepared(credentials: Credentials, url: str = "http://127.0.0.1:4588/") -> requests.PreparedRequest:
    headers = {"x-acs-action": "DescribeRegions", "x-acs-version": "2018-08-08"}
    request = requests.Request("POST", url, params=PARAMETERS, headers=headers, auth=Signer(credentials))
    return request.prepare()


@pytest.mark.parametrize("token", ["", "sts token"])
@pytest.mark.parametrize("url", ["http://127.0.0.1:4588/", "https://eci.cn-hangzhou.aliyuncs.com/"])
def test_the_signature_is_the_one_the_service_computes(token: str, url: str) -> None:
    request = prepared(Credentials("id", "secret", token), url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    said = signature.read_authorization(headers["authorization"])
    assert request.url
    query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    assert query == PARAMETERS
    canonical = signature.canonical_request_v3(
        "POST",
        "/",
        signature.canonical_query(query),
        headers,
        said.signed_headers,
        hashlib.sha256().hexdigest(),
    )
    expected = signature.sign_v3("secret", signature.string_to_sign_v3(canonical))
    assert (said.access_key_id, said.signature) == ("id", expected)
    assert {"host", "x-acs-action", "x-acs-date", "x-acs-signature-nonce"} <= set(said.signed_headers)
    assert ("x-acs-security-token" in said.signed_headers) == bool(token)


def test_every_request_has_a_nonce_of_its_own() -> None:
    nonces = {prepared(Credentials("id", "secret")).headers["x-acs-signature-nonce"] for _ in range(5)}
    assert len(nonces) == 5


def test_secrets_are_not_shown() -> None:
    assert "hush" not in repr(Credentials("id", "hush", "hush"))
