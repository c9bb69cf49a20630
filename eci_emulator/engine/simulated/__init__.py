"""The engine driver that needs no engine: what containers do is scripted and the clock decides."""

from eci_emulator.engine.simulated.engine import SimulatedEngine
from eci_emulator.engine.simulated.images import ImageScript

__all__ = ["ImageScript", "SimulatedEngine"]
