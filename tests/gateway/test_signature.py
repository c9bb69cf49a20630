from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eci_emulator.gateway.signature import (
    canonical_query,
    percent_encode,
    sign_v1,
    sign_v3,
    string_to_sign_v1,
    string_to_sign_v3,
)

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"


def encoded_by_the_rule(text: str) -> str:
    return "".join(chr(byte) if chr(byte) in UNRESERVED else f"%{byte:02X}" for byte in text.encode("utf-8"))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text())
def test_percent_encoding(text: str) -> None:
    assert percent_encode(text) == encoded_by_the_rule(text)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(), st.text()))
def test_v1_encodes_the_canonical_query_once_more(params: dict[str, str]) -> None:
    encoded = encoded_by_the_rule(canonical_query(params))
    assert string_to_sign_v1("GET", params) == f"GET&%2F&{encoded}"


def test_the_canonical_query_is_sorted_and_leaves_the_signature_out() -> None:
    assert (
        canonical_query({"b": "a b*~", "a": "", "Signature": "x", "A.#1#x": "1"})
        == "A.%231%23x=1&a=&b=a%20b%2A~"
    )


def test_signatures_are_those_of_openssl() -> None:
    # printf 'GET&%%2F&a%%3D1' | openssl dgst -sha1 -hmac 'testsecret&' -binary | base64
    assert sign_v1("testsecret", "GET&%2F&a%3D1") == "wKRnx/TaRMjZrT8RxZAs3+W9GBk="
    # printf GET | openssl dgst -sha256 -hmac testsecret
    assert sign_v3("testsecret", "GET") == "ac79ae17539adc6ca17b33a023c4651c268900c23fd2187005023691749537bc"


def test_v3_signs_the_hash_of_the_canonical_request() -> None:
    # printf 'GET\n/' | openssl dgst -sha256
    digest = "88de4f8eb0fbee0ba90efb382a8ffbdaed09e7801323c3c7f2c07c00eb907aff"
    assert string_to_sign_v3("GET\n/") == f"ACS3-HMAC-SHA256\n{digest}"
