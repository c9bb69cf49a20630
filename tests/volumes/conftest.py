"""The emulator in one process, as the tests of the controller have it."""

from tests.controller.conftest import docker_lab, docker_lab_server, lab

__all__ = ["docker_lab", "docker_lab_server", "lab"]
