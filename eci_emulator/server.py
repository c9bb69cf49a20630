"""The API server process: ``python -m eci_emulator.server``."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import uvicorn
import uvloop
from starlette.types import ASGIApp

from eci_emulator import certificates
from eci_emulator import settings as settings_module
from eci_emulator.app import create_app, create_emulator
from eci_emulator.gateway.protocol import LongTargetProtocol
from eci_emulator.logs import configure
from eci_emulator.settings import Settings

#: How long a WebSocket's client may leave a ping unanswered. One that uploads more than a command takes in
#: is made to wait, and until its turn comes its answers are not heard either.
PONG_SECONDS: Final = 300.0


def main() -> None:
    settings = settings_module.load().with_instance()
    configure(settings)
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    """HTTP, and HTTPS beside it where a port is set for it, until a signal comes."""
    app = create_app(create_emulator(settings))
    servers = [_server(app, settings, settings.port)]
    if settings.https_port:
        made = certificates.ensure(settings.state_dir, settings.host)
        tls = {"ssl_certfile": str(made.certificate), "ssl_keyfile": str(made.key)}
        # The application starts and ends once, with the first server.
        servers.append(_server(app, settings, settings.https_port, lifespan="off", **tls))
    await asyncio.gather(*(server.serve() for server in servers))


def _server(app: ASGIApp, settings: Settings, port: int, **options: Any) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=port,
            http=LongTargetProtocol,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
            ws_ping_timeout=PONG_SECONDS,
            **options,
        )
    )


if __name__ == "__main__":
    main()
