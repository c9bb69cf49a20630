"""The stack of docker-compose.yml: built without a network, up, used by the SDKs, down, nothing left."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path

import docker
import pytest

from eci_sdk import Client
from tests.compose.standin import REDIS, REGISTRY, standin

ROOT = Path(__file__).parents[2]
INSTANCE = f"test{secrets.token_hex(4)}"
OFFLINE = "--no-index --no-deps --no-build-isolation"

pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(not all(map(shutil.which, REDIS)), reason="redis-server is not installed"),
]


def composes() -> dict[str, list[str]]:
    """Version -> command: the one on PATH, Docker's plugin, and the one that a package of Python brings."""
    package = importlib.util.find_spec("compose")
    brought = Path(package.origin).with_name("docker-compose") if package and package.origin else Path()
    found = {}
    for command in (["docker-compose"], ["docker", "compose"], [str(brought)]):
        if shutil.which(command[0]):
            told = subprocess.run([*command, "version", "--short"], capture_output=True, text=True)
            if told.returncode == 0:
                found[told.stdout.strip().removeprefix("v")] = command
    return found


COMPOSES = composes()
#: Every run of the tests tries one version, and `make compose` all.
VERSIONS = [
    pytest.param(version, marks=[pytest.mark.slow] if number else [])
    for number, version in enumerate(COMPOSES)
]
INIT = "- {Action: CreateVpc, Version: '2016-04-28', VpcName: seed, CidrBlock: 10.9.0.0/16}"
INIT_PROGRAM = "#!/bin/sh\neci-emulator spot stock set 3\n"


def free_port() -> str:
    with socket.socket() as chooser:
        chooser.bind(("127.0.0.1", 0))
        return str(chooser.getsockname()[1])


@pytest.fixture(scope="module")
def images() -> Iterator[dict[str, str]]:
    with standin(f"eci-standin-{INSTANCE}") as images:
        yield images


@pytest.fixture(scope="module")
def init(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of init hooks, readable for the API's user."""
    folder = tmp_path_factory.mktemp("init")
    (folder / "10-vpc.yaml").write_text(INIT)
    (folder / "20-market").write_text(INIT_PROGRAM)
    (folder / "20-market").chmod(0o755)
    folder.chmod(0o755)
    return folder


class Laps:
    """Tells how long each part has taken, since it is the longest of all tests."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._began = time.monotonic()

    def __call__(self, part: str) -> None:
        now = time.monotonic()
        with self._capsys.disabled():
            print(f"\n  compose: {part} {now - self._began:.1f} s", end="")
        self._began = now


@pytest.fixture
def laps(images: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Laps:
    return Laps(capsys)


class Stack:
    """The stack under a project name, an instance and ports of its own."""

    def __init__(self, command: list[str], images: dict[str, str], init: Path) -> None:
        self._command = command
        self.port, self.registry_port = free_port(), free_port()
        names = {
            "COMPOSE_PROJECT_NAME": INSTANCE,
            "ECI_INSTANCE": INSTANCE,
            "ECI_IMAGE": f"{INSTANCE}-emulator",
            "ECI_INIT_DIR": str(init),
        }
        ports = {"ECI_PORT": self.port, "REGISTRY_PORT": self.registry_port}
        classic = {"DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}
        self._environ = {**os.environ, **names, **ports, **images, **classic, "PIP_OPTIONS": OFFLINE}

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments],
            cwd=ROOT,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
        return done.stdout

    def down(self) -> None:
        self("down", "-v", "--timeout", "60")


def left() -> list[str]:
    """What of the stack, and of its container groups, is in the engine."""
    labels = [f"eci-emulator.instance={INSTANCE}", f"com.docker.compose.project={INSTANCE}"]
    with closing(docker.APIClient()) as api:
        found = [
            *(item for label in labels for item in api.containers(all=True, filters={"label": label})),
            *(item for label in labels for item in api.networks(filters={"label": label})),
            *(item for label in labels for item in api.volumes(filters={"label": label})["Volumes"] or []),
        ]
    return [str(item.get("Names") or item["Name"]) for item in found]


@pytest.mark.skipif(not COMPOSES, reason="neither docker-compose nor docker compose is installed")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_stack_comes_up_serves_the_sdks_and_leaves_nothing(
    version: str, images: dict[str, str], init: Path, laps: Laps
) -> None:
    stack = Stack(COMPOSES[version], images, init)
    services = ["redis", "node", "worker-1", "worker-2", "api", *(["registry"] if REGISTRY else [])]
    with ExitStack() as tidy:
        stack("config", "-q")
        stack("build", "--force-rm", "api")
        laps("build")
        tidy.callback(stack.down)
        stack("up", "-d", *services)
        with Client(endpoint=f"127.0.0.1:{stack.port}") as client:
            client.emulator.wait_ready()
            laps("up and ready")
            assert client.emulator.stock.levels()[0]["units"] == 3, "the init hooks have not run"
            run_a_group(client, stack.registry_port if REGISTRY else "")
        run_the_official_sdk(f"127.0.0.1:{stack.port}")
        laps("both SDKs")
        become_healthy()
        assert stack("exec", "-T", "api", "id", "-u").strip() == "10001", "the API is root"
        tidy.pop_all()
        stack.down()
        laps("down")
    assert left() == []


def become_healthy() -> None:
    """Each service whose health is checked, that of the registry included, comes to be well."""
    label = {"label": f"com.docker.compose.project={INSTANCE}"}
    with closing(docker.APIClient()) as api:
        for _ in range(60):
            states = [api.inspect_container(one)["State"] for one in api.containers(filters=label)]
            health = [state["Health"]["Status"] for state in states if "Health" in state]
            if set(health) == {"healthy"}:
                break
            time.sleep(0.5)
        assert set(health) == {"healthy"}, health
        assert len(health) == (4 if REGISTRY else 3)


def run_the_official_sdk(endpoint: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "official_sdk.py"],
        env={**os.environ, "ECI_ENDPOINT": endpoint},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def run_a_group(client: Client, registry_port: str) -> None:
    """A group of an image in the stack's registry, which is there when the stack goes down."""
    image = client.emulator.health()["base_image"]
    with pushed(image, registry_port) if registry_port else nullcontext(image) as image:
        container = {"Name": "c", "Image": image, "Command": ["sleep", "1000"]}
        group = client.create_container_group(ContainerGroupName="last", Container=[container])
        client.wait.container_group_running(group["ContainerGroupId"], timeout=60)
        with client.exec(group["ContainerGroupId"], ["echo", "hello"]) as command:
            assert command.communicate().stdout == b"hello\n"
    assert left() != []


@contextmanager
def pushed(image: str, registry_port: str) -> Iterator[str]:
    """An image in the registry of the stack. Images that were pulled stay, so it is removed by hand."""
    name = f"localhost:{registry_port}/mine"
    with closing(docker.APIClient()) as api:
        api.tag(image, name, "1")
        for _ in range(50):  # the registry may still be starting
            told = list(api.push(name, "1", stream=True, decode=True))
            if not any("error" in line for line in told):
                break
            time.sleep(0.2)
        api.remove_image(f"{name}:1")
        yield f"{name}:1"
        api.remove_image(f"{name}:1", force=True)
