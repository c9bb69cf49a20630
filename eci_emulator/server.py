"""The API server process: ``python -m eci_emulator.server``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import uvloop
from starlette.types import ASGIApp

from eci_emulator import certificates
from eci_emulator import settings as settings_module
from eci_emulator.app import create_app, create_emulator
from eci_emulator.gateway.keys import load_keys
from eci_emulator.gateway.protocol import LongTargetProtocol
from eci_emulator.gateway.tunnels import Config, Home
from eci_emulator.init_hooks import InitHooks
from eci_emulator.logs import configure
from eci_emulator.serving import Server
from eci_emulator.settings import Settings
from eci_emulator.store.database import Store
from eci_emulator.supervisor.clients import variables

#: How long an idle connection is kept. Programs look at their groups each few seconds, and one that sends a
#: call just when its connection is closed takes that for a failure.
KEEP_ALIVE_SECONDS: Final = 75

#: How long a WebSocket's client may leave a ping unanswered. One that uploads more than a command takes in
#: is made to wait, and until its turn comes its answers are not heard either.
PONG_SECONDS: Final = 300.0


def main() -> None:
    settings = settings_module.load().with_instance()
    configure(settings)
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    """Serve HTTP, and HTTPS if a port is set for it, until a signal comes."""
    emulator = create_emulator(settings)
    app = create_app(emulator)
    if settings.init_dir:
        _begin_init(settings.init_dir, settings, emulator.store)
    servers = [_server(app, settings, settings.port)]
    if settings.https_port:
        made = certificates.ensure(settings.state_dir, settings.host)
        cast(Config, servers[0].config).home = Home(certificates.hosts(made), certificates.context(made))
        tls = {"ssl_certfile": str(made.certificate), "ssl_keyfile": str(made.key)}
        # The application starts and ends once, with the first server.
        servers.append(_server(app, settings, settings.https_port, lifespan="off", **tls))
    await asyncio.gather(*(server.serve() for server in servers))


def _begin_init(folder: Path, settings: Settings, store: Store) -> None:
    """Have the init hooks run once the server listens."""
    keys = load_keys(settings.keys_file, settings.access_key_id, settings.access_key_secret)
    any_key = keys.first if keys and not settings.access_key_id else None
    if any_key:
        settings = msgspec.structs.replace(
            settings, access_key_id=any_key.access_key_id, access_key_secret=any_key.access_key_secret
        )
    InitHooks(folder, store, variables(settings), keys).begin()


def _server(app: ASGIApp, settings: Settings, port: int, **options: Any) -> Server:
    return Server(
        Config(
            app,
            host=settings.host,
            port=port,
            http=LongTargetProtocol,
            proxy_headers=False,
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=5,
            ws_ping_timeout=PONG_SECONDS,
            **options,
        )
    )


if __name__ == "__main__":
    main()
