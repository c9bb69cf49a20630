"""Where calls go and who makes them."""

from __future__ import annotations

import pytest

from eci_emulator.cli import env
from eci_emulator.settings import Settings
from eci_sdk import Client, config
from eci_sdk.errors import ConfigError


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("127.0.0.1:4588", "http://127.0.0.1:4588"),
        ("localhost:4588", "http://localhost:4588"),
        ("[::1]:4588", "http://[::1]:4588"),
        ("http://127.0.0.1:4588/", "http://127.0.0.1:4588"),
        ("https://localhost:8443", "https://localhost:8443"),
        ("http://api:4588", "http://api:4588"),
        ("eci.cn-beijing.aliyuncs.com", "https://eci.cn-beijing.aliyuncs.com"),
        ("127.evil.example", "https://127.evil.example"),
    ],
)
def test_the_url_of_an_endpoint(given: str, url: str) -> None:
    assert config.endpoint_url(given) == url


@pytest.mark.parametrize("given", ["http://", "ftp://here", "here/there", "http://here?x=1"])
def test_what_is_no_endpoint_is_refused(given: str) -> None:
    with pytest.raises(ConfigError, match="is no endpoint"):
        config.endpoint_url(given)


@pytest.mark.usefixtures("key")
def test_without_an_endpoint_the_real_service_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.load().endpoint == "https://eci.cn-hangzhou.aliyuncs.com"
    monkeypatch.setenv("ALIBABA_CLOUD_REGION_ID", "cn-beijing")
    assert config.load().endpoint == "https://eci.cn-beijing.aliyuncs.com"
    assert config.load(region="eu-central-1").region == "eu-central-1"


def test_the_endpoint_of_the_product_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in reversed(config.ENDPOINTS):
        monkeypatch.setenv(name, f"{name.lower().replace('_', '-')}.localhost:1")
        assert config.from_environment().startswith(name.lower().replace("_", "-"))
    assert config.load(endpoint="127.0.0.1:2").endpoint == "http://127.0.0.1:2"


def test_what_eci_emulator_env_prints_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(port=4711, region="cn-beijing", access_key_id="LTAI1", access_key_secret="s")
    for name, value in env.variables(settings).items():
        monkeypatch.setenv(name, value)
    read = config.load()
    assert (read.endpoint, read.region) == ("http://127.0.0.1:4711", "cn-beijing")
    assert read.credentials == config.Credentials("LTAI1", "s")


def test_this_machine_needs_no_key_others_do() -> None:
    assert config.load(endpoint="localhost:1").credentials.access_key_id
    with pytest.raises(ConfigError, match="ALIBABA_CLOUD_ACCESS_KEY_ID"):
        config.load(endpoint="eci.aliyuncs.com")


@pytest.mark.usefixtures("key")
def test_a_key_that_is_given_goes_without_the_environments_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "token")
    assert config.load().credentials == config.Credentials("id", "secret", "token")
    given = config.load(access_key_id="other", access_key_secret="o")
    assert given.credentials == config.Credentials("other", "o", "")


def test_no_proxy_stands_before_this_machine(monkeypatch: pytest.MonkeyPatch, key: None) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    with Client(endpoint="127.0.0.1:1") as near, Client(endpoint="eci.aliyuncs.com") as far:
        assert not near._transport._session.trust_env
        assert far._transport._session.trust_env
