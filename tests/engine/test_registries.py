"""Pulls and pushes through a Docker engine, from a registry on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eci_emulator.engine.docker.images import registry_error
from eci_emulator.engine.driver import (
    DiskFull,
    EngineError,
    ImageNotFound,
    RegistryAuth,
    RegistryDenied,
    RegistryUnreachable,
)

from .lab import Lab
from .registry import PASSWORD, USER, Registry, serving


@pytest.fixture
def registry(docker_lab: Lab) -> Iterator[Registry]:
    with serving() as registry:
        yield registry
        for repository in ("image", "pushed"):
            docker_lab.engine.remove_image(f"{registry.address}/{repository}:1")


@pytest.mark.docker
def test_a_pull_tells_how_far_it_is(docker_lab: Lab, registry: Registry) -> None:
    reference = f"{registry.address}/image:1"

    steps = list(docker_lab.engine.pull(reference))

    assert steps
    assert all(0 <= step.done <= step.total for step in steps)
    assert steps[-1].done == steps[-1].total > 190_000
    image = docker_lab.engine.image(reference)
    assert image is not None
    assert image.entrypoint == ["/start"]
    assert image.command == ["run"]
    assert (image.user, image.working_dir, image.stop_signal) == ("7", "/w", "SIGQUIT")
    assert list(docker_lab.engine.pull(reference)) == []  # nothing left to fetch


@pytest.mark.docker
def test_a_private_image_wants_the_right_credentials(docker_lab: Lab, registry: Registry) -> None:
    reference = f"{registry.address}/image:1"
    registry.private = True

    for auth in (None, RegistryAuth(username=USER, password="wrong")):
        with pytest.raises(RegistryDenied):
            list(docker_lab.engine.pull(reference, auth))

    list(docker_lab.engine.pull(reference, RegistryAuth(username=USER, password=PASSWORD)))
    assert docker_lab.engine.image(reference) is not None


@pytest.mark.docker
def test_a_tag_that_the_registry_does_not_have(docker_lab: Lab, registry: Registry) -> None:
    with pytest.raises(ImageNotFound):
        list(docker_lab.engine.pull(f"{registry.address}/image:2"))


@pytest.mark.docker
def test_a_registry_that_is_not_there(docker_lab: Lab) -> None:
    with pytest.raises(RegistryUnreachable):
        list(docker_lab.engine.pull("127.0.0.1:1/image:1"))


@pytest.mark.docker
def test_a_pull_that_takes_too_long(docker_lab: Lab, registry: Registry) -> None:
    registry.flowing.clear()

    with pytest.raises(RegistryUnreachable):
        list(docker_lab.engine.pull(f"{registry.address}/image:1", timeout=1))


@pytest.mark.docker
def test_a_pull_is_given_up(docker_lab: Lab) -> None:
    with serving(8_000_000) as registry:
        reference = f"{registry.address}/image:1"
        pull = docker_lab.engine.pull(reference)
        next(pull)
        pull.close()  # type: ignore[attr-defined]

        list(docker_lab.engine.pull(reference))
        assert docker_lab.engine.image(reference) is not None
        docker_lab.engine.remove_image(reference)


@pytest.mark.docker
def test_an_image_is_pushed(docker_lab: Lab, registry: Registry) -> None:
    reference = f"{registry.address}/pushed:1"
    name = docker_lab.run(script="true")
    docker_lab.ended(name)
    docker_lab.engine.commit(name, reference)

    docker_lab.engine.push(reference)

    assert "pushed:1" in registry.manifests


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("pull access denied for x, repository does not exist or may require 'docker login'", RegistryDenied),
        ("unauthorized: authentication required", RegistryDenied),
        ("manifest for x:1 not found: manifest unknown: manifest unknown", ImageNotFound),
        ("Get https://r/v2/: dial tcp: lookup r on 8.8.8.8:53: no such host", RegistryUnreachable),
        ("Get https://r/v2/: net/http: TLS handshake timeout", RegistryUnreachable),
        ("x509: certificate signed by unknown authority", RegistryUnreachable),
        ("write /var/lib/docker/tmp/x: no space left on device", DiskFull),
        ("something else", EngineError),
    ],
)
def test_what_an_engine_says_about_a_registry(text: str, kind: type[EngineError]) -> None:
    error = registry_error(text)

    assert type(error) is kind
    assert str(error) == text
