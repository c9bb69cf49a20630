"""The engine driver for Docker."""

from eci_emulator.engine.docker.engine import DockerEngine

__all__ = ["DockerEngine"]
