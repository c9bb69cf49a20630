"""A worker process: ``python -m eci_workers.worker``.

RQ's SimpleWorker runs jobs in this process (a fork per job costs more than the job). Each worker
listens to the one queue of its host; what RQ loses, the node agent's sweep brings back.
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from typing import Final

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker

from eci_emulator.logs import configure
from eci_emulator.store import keys
from eci_workers.jobs import runtime
from eci_workers.runtime import Runtime, Unfit

BEAT_SECONDS: Final = 5.0


def main() -> None:
    try:
        it = runtime()
    except Unfit as error:
        raise SystemExit(str(error)) from None
    configure(it.settings)
    logging.getLogger("rq").setLevel(logging.WARNING)
    name = f"{it.settings.host_name}:{os.getpid()}"
    ending = threading.Event()
    threading.Thread(target=_beat, args=(it, name, ending), daemon=True).start()
    # A connection of its own: waiting for a job takes longer than the store's time limit.
    worker = SimpleWorker(
        [keys.queue(it.settings.host_name)],
        connection=Redis.from_url(it.settings.redis_url),
        default_result_ttl=0,
        maintenance_interval=60,
    )
    try:
        worker.work(logging_level="WARNING", with_scheduler=False)
    finally:
        ending.set()
        it.store.hosts.worker_ends(name)


def _beat(it: Runtime, name: str, ending: threading.Event) -> None:
    while True:
        with suppress(RedisError):  # it is said again soon
            it.store.hosts.worker_beats(name)
        if ending.wait(BEAT_SECONDS):
            return


if __name__ == "__main__":
    main()
