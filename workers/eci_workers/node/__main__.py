"""``python -m eci_workers.node``"""

from __future__ import annotations

import threading

import uvicorn

from eci_emulator import settings as settings_module
from eci_emulator.logs import configure
from eci_emulator.serving import Server
from eci_workers.node.announce import Announcer
from eci_workers.node.fetcher import Fetcher
from eci_workers.node.host_watch import HostWatch
from eci_workers.node.housekeeper import Housekeeper
from eci_workers.node.networks import NetworkKeeper
from eci_workers.node.resync import Resync
from eci_workers.node.sampler import Sampler
from eci_workers.node.side_door import side_door
from eci_workers.node.sweeper import Sweeper
from eci_workers.node.timekeeper import Timekeeper
from eci_workers.node.warm_pool import WarmPool
from eci_workers.node.watcher import Watcher
from eci_workers.runtime import Runtime, Unfit


def main() -> None:
    settings = settings_module.load().with_instance()
    configure(settings)
    try:
        runtime = Runtime(settings)
    except Unfit as error:
        raise SystemExit(str(error)) from None
    ending = threading.Event()
    announcer = Announcer(runtime)
    announcer.announce()
    tasks = [
        announcer,
        Watcher(runtime),
        Resync(runtime),
        Sweeper(runtime),
        Timekeeper(runtime),
        HostWatch(runtime),
        Fetcher(runtime),
        Housekeeper(runtime),
        NetworkKeeper(runtime),
        Sampler(runtime),
    ]
    if settings.warm_sandboxes:
        tasks.append(WarmPool(runtime))
    for task in tasks:
        threading.Thread(target=task.run, args=(ending,), name=type(task).__name__, daemon=True).start()
    server = Server(
        uvicorn.Config(
            side_door(runtime),
            log_config=None,
            access_log=False,
            ws_ping_interval=None,
            **announcer.address(),
        )
    )
    try:
        server.run()
    finally:
        ending.set()
        announcer.withdraw()


if __name__ == "__main__":
    main()
