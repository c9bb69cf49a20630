"""The simulated driver as a whole."""

from __future__ import annotations

import os

from eci_emulator.engine.driver import Fingerprint
from eci_emulator.engine.simulated.looking_in import LookingIn


class SimulatedEngine(LookingIn):
    """An engine whose containers exist only as records in Redis.

    All processes with the same Redis database and prefix see the same engine, and it survives
    their end. What a container does follows from its command (a few everyday programs are acted
    out) or from the ``ECI_SIM_*`` variables in its environment; when it does it, from the clock.
    """

    def fingerprint(self) -> Fingerprint:
        return Fingerprint(
            driver="simulated",
            version="1",
            cpus=os.cpu_count() or 1,
            memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            engine_id=self._prefix,
        )
