"""The API server process: ``python -m eci_emulator.server``."""

from __future__ import annotations

import uvicorn

from eci_emulator import settings as settings_module
from eci_emulator.app import create_app, create_emulator
from eci_emulator.gateway.protocol import LongTargetProtocol
from eci_emulator.logs import configure


def main() -> None:
    settings = settings_module.load().with_instance()
    configure(settings)
    uvicorn.run(
        create_app(create_emulator(settings)),
        host=settings.host,
        port=settings.port,
        http=LongTargetProtocol,
        loop="uvloop",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
