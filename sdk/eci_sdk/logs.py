"""The log of a container, followed by asking for it again and again: the service has no other way."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Final

from eci_sdk import groups
from eci_sdk import types as t
from eci_sdk.actions import Actions
from eci_sdk.errors import IncorrectStatus, NotFound

INTERVAL: Final = 0.5
MOST_LINES: Final = 2000

_STAMPED = re.compile(
    r"(?P<second>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d+))?(?P<zone>Z|[+-]\d\d:\d\d) ?"
)


class LogReader:
    """The lines of a container's log, each once, over all its runs.

    More than 2000 new lines between two reads are more than the service gives: the oldest of them are lost.
    """

    def __init__(
        self,
        client: Actions,
        group_id: str,
        container: str,
        tail: int | None = None,
        since_seconds: int | None = None,
    ) -> None:
        self._client = client
        self._group_id = group_id
        self._container = container
        self._tail = tail
        self._since_seconds = since_seconds
        self._restarts: int | None = None
        self._start = ""  # of the second that the last line given is of
        self._moment = ""  # of the last line given
        self._given = 0  # lines given of that moment

    def read(self, group: t.ContainerGroup) -> list[str]:
        """The lines that are new, of the container as the group's description shows it. Raises NotFound."""
        one = groups.container(group, self._container)
        if not groups.has_started(one):
            return []
        restarts = one.get("RestartCount", 0)
        restarted = self._restarts is not None and restarts > self._restarts
        self._restarts = restarts
        earlier = self._new(last_run=True) if restarted else []
        return earlier + self._new(last_run=False)

    def _new(self, *, last_run: bool) -> list[str]:
        answer = self._client.describe_container_log(
            ContainerGroupId=self._group_id,
            ContainerName=self._container,
            Timestamps=True,
            Tail=MOST_LINES if self._start or self._tail is None else self._tail,
            StartTime=self._start or None,
            SinceSeconds=None if self._start else self._since_seconds,
            LastTime=last_run or None,
        )
        return list(self._unseen(answer["Content"]))

    def _unseen(self, content: str) -> Iterator[str]:
        """The lines after the last one given. The service cuts at whole seconds, and lines of one moment
        are told apart only by their number."""
        same = 0
        for line in content.splitlines():
            stamp = _STAMPED.match(line)
            if stamp is None:
                yield line
                continue
            moment = f"{stamp['second']}.{stamp['fraction'] or '':0<9}"
            if moment == self._moment and same < self._given:
                same += 1
            elif moment >= self._moment:
                self._given = self._given + 1 if moment == self._moment else 1
                same = self._given
                self._moment = moment
                self._start = stamp["second"] + stamp["zone"]
                yield line[stamp.end() :]


def follow(client: Actions, group_id: str, container: str, reader: LogReader) -> Iterator[str]:
    """The lines of a container's log as they are written, until it has ended for good or is gone."""
    while (group := groups.find(client, group_id)) is not None:
        try:
            yield from reader.read(group)  # after the look: what an ended container wrote is all there
        except (NotFound, IncorrectStatus):
            if groups.find(client, group_id) is None:
                return
            raise
        if groups.has_ended(group, groups.container(group, container)):
            return
        time.sleep(INTERVAL)
