"""Where images come from, and with which credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from eci_emulator.engine.driver import RegistryAuth
from eci_emulator.images.registries import (
    Login,
    Mirror,
    Registries,
    Rules,
    RulesError,
    Source,
    load,
    qualified,
)
from eci_emulator.model.group import AcrRegistry, GroupSpec, RegistryCredential

BEIJING = "registry-vpc.cn-beijing.aliyuncs.com/eci_open/"


def registries(*mirrors: Mirror, logins: tuple[Login, ...] = (), never_pull: bool = False) -> Registries:
    return Registries(Rules([*mirrors], [*logins], never_pull), "own/base:1")


def access(*credentials: tuple[str, str, str], acr: AcrRegistry | None = None) -> GroupSpec:
    return GroupSpec(
        name="g",
        containers=[],
        image_registry_credentials=[
            RegistryCredential(server=server, user_name=user, password=password)
            for server, user, password in credentials
        ],
        acr_registries=[acr] if acr else [],
    )


def test_an_image_is_what_it_is_called() -> None:
    assert registries().source("nginx:1") == Source("nginx:1")


def test_the_first_mirror_that_fits_counts() -> None:
    found = registries(Mirror(BEIJING + "nginx", image="nginx:mine"), Mirror(BEIJING, use="127.0.0.1:5000/"))
    assert found.source(BEIJING + "nginx:alpine") == Source("nginx:mine", local=True)
    assert found.source(BEIJING + "busybox:1.30") == Source("127.0.0.1:5000/busybox:1.30")
    assert found.source("busybox:1.30") == Source("busybox:1.30")


def test_base_is_the_emulators_own_image() -> None:
    assert registries(Mirror(BEIJING, image="base")).source(BEIJING + "a:1") == Source(
        "own/base:1", local=True
    )


def test_docker_hub_is_known_by_its_name() -> None:
    found = registries(Mirror("docker.io/library/", use="mirror.local/"))
    assert found.source("nginx:1").reference == "mirror.local/nginx:1"
    assert found.source("somebody/nginx:1").reference == "somebody/nginx:1"


def test_nothing_is_pulled_where_that_is_forbidden() -> None:
    found = registries(Mirror("a.local/", use="b.local/"), never_pull=True)
    assert found.source("a.local/x") == Source("b.local/x", local=True)


@pytest.mark.parametrize(
    ("image", "whole"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("team/app:1", "docker.io/team/app:1"),
        ("localhost/app", "localhost/app"),
        ("registry.local:5000/app@sha256:1", "registry.local:5000/app@sha256:1"),
    ],
)
def test_qualified_names(image: str, whole: str) -> None:
    assert qualified(image) == whole


@pytest.mark.parametrize(
    "server",
    ["registry.local", "registry.local/team", "https://registry.local/", "http://registry.local/team/"],
)
def test_a_credential_is_for_its_server(server: str) -> None:
    given = access(("other.local", "x", "x"), (server, "me", "secret"))
    assert registries().login("registry.local/team/app:1", given) == RegistryAuth(
        username="me", password="secret"
    )


@pytest.mark.parametrize("server", ["registry.local.evil.example", "local", "registry.local/te", ""])
def test_and_for_no_other(server: str) -> None:
    assert registries().login("registry.local/team/app:1", access((server, "me", "secret"))) is None


@pytest.mark.parametrize("server", ["docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"])
def test_docker_hub_has_many_names(server: str) -> None:
    assert registries().login("team/app:1", access((server, "me", "secret")))


def test_a_mirror_is_not_shown_the_credentials_of_what_it_mirrors() -> None:
    given = access((BEIJING.partition("/")[0], "me", "secret"))
    mirrored = registries(
        Mirror(BEIJING, use="127.0.0.1:5000/"), logins=(Login("its", "own", server="127.0.0.1:5000"),)
    )
    assert mirrored.login(BEIJING + "app:1", given) == RegistryAuth(username="its", password="own")


def test_the_rules_fill_in_what_a_request_leaves_out() -> None:
    both = (
        Login("all", "1", server="registry.local"),
        Login("team", "2", server="registry.local/team"),
    )
    known = registries(logins=both)
    assert known.login("registry.local/team/app", access()) == RegistryAuth(username="team", password="2")
    assert known.login("registry.local/app", access()) == RegistryAuth(username="all", password="1")
    assert known.login("registry.local/app", access(("registry.local", "me", "3"))) == RegistryAuth(
        username="me", password="3"
    )


def test_a_password_that_was_blanked_in_a_snapshot_is_none() -> None:
    assert registries().login("registry.local/app", access(("registry.local", "me", "***"))) is None


@pytest.mark.parametrize(
    ("instance", "host", "known"),
    [
        (AcrRegistry(instance_id="cri-1"), "anything.local", True),
        (AcrRegistry(instance_id="cri-1", domains=["a.local"]), "a.local", True),
        (AcrRegistry(instance_id="cri-1", domains=["a.local"]), "b.local", False),
        (
            AcrRegistry(instance_id="cri-1", instance_name="it"),
            "it-registry.cn-beijing.cr.aliyuncs.com",
            True,
        ),
        (AcrRegistry(instance_id="cri-1", instance_name="it"), "it-registry-vpc.cn-x.cr.aliyuncs.com", True),
        (AcrRegistry(instance_id="cri-1", instance_name="it"), "other-registry.cn-x.cr.aliyuncs.com", False),
        (AcrRegistry(instance_id="cri-2"), "anything.local", False),
    ],
)
def test_a_registry_instance_stands_for_credentials(instance: AcrRegistry, host: str, known: bool) -> None:
    login = registries(logins=(Login("u", "p", acr="cri-1"),)).login(f"{host}/app:1", access(acr=instance))
    assert bool(login) == known


def test_the_rules_are_a_yaml_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("mirrors: [{prefix: a/, use: b/}]\nlogins: [{server: b, username: u, password: p}]\n")
    rules = load(path)
    assert rules.mirrors == [Mirror("a/", use="b/")]
    assert "p'" not in repr(rules).replace("'u'", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mirors: []", "mirors"),
        ("mirrors: [{prefix: a/}]", "either `use` or `image`"),
        ("mirrors: [{prefix: a/, use: b/, image: c}]", "either `use` or `image`"),
        ("mirrors: {", "rules.yaml"),
    ],
)
def test_rules_that_are_none_are_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(RulesError, match=told):
        load(path)


def test_no_file_no_rules(tmp_path: Path) -> None:
    assert load(None) == Rules()
    with pytest.raises(RulesError):
        load(tmp_path / "missing.yaml")
