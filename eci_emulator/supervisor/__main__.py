"""``python -m eci_emulator.supervisor``: a run in the background, its settings from the environment."""

from __future__ import annotations

import sys

from eci_emulator import settings
from eci_emulator.supervisor import lock
from eci_emulator.supervisor.run import run
from eci_emulator.supervisor.tree import StartError


def main() -> None:
    read = settings.load()
    try:
        with lock.hold(read.state_dir):
            run(read)
    except (StartError, lock.AlreadyRunning) as error:
        sys.exit(f"eci-emulator: {error}")


if __name__ == "__main__":
    main()
