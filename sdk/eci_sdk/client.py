"""The client of ECI."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from eci_sdk import config, groups, jobs, logs
from eci_sdk.actions import Actions
from eci_sdk.calling import json_list
from eci_sdk.emulator import Emulator
from eci_sdk.errors import ControlError, NoAnswer, NotFound
from eci_sdk.transport import Transport
from eci_sdk.waiters import Waiters

if TYPE_CHECKING:
    from rich.console import Console

    from eci_sdk.execution import Execution

REAL_DOMAIN = ".aliyuncs.com"


class Client(Actions):
    """Calls ECI, real or emulated::

        client = eci_sdk.Client()
        group = client.create_container_group(
            ContainerGroupName="job",
            RestartPolicy="Never",
            Container=[{"Name": "main", "Image": "busybox", "Command": ["echo", "hello"]}],
        )
        client.wait.container_group_succeeded(group["ContainerGroupId"])

    A method per action, with the API's own names; ``iter_…`` goes through all pages. Arguments that are left
    out come from the environment, see `eci_sdk.config`. ``timeout``: seconds to connect, and to wait for an
    answer; ``attempts``: how often a call is sent at most.
    """

    def __init__(
        self,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        timeout: tuple[float, float] = (5.0, 30.0),
        attempts: int = 5,
    ) -> None:
        read = config.load(endpoint, region, access_key_id, access_key_secret, security_token)
        super().__init__(Transport(read, timeout, attempts))

    @property
    def endpoint(self) -> str:
        """The URL that is called."""
        return self._transport.config.endpoint

    @cached_property
    def wait(self) -> Waiters:
        """Waiting: ``client.wait.container_group_running("eci-1")``."""
        return Waiters(self)

    @cached_property
    def emulator(self) -> Emulator:
        """The emulator's own API at this endpoint."""
        return Emulator(self.endpoint)

    def exec(
        self,
        group_id: str,
        command: str | Sequence[str],
        *,
        container: str | None = None,
        tty: bool = False,
        stdin: bool = True,
        timeout: float | None = None,
    ) -> Execution:
        """Start a command in a container and stream its input and output.

        ``command``: a list, or a text that is split as a shell would. ``container``: the first when left out.
        ``timeout``: seconds of silence after which NoAnswer is raised.
        """
        from eci_sdk.execution import Execution

        answer = self.exec_container_command(
            ContainerGroupId=group_id,
            ContainerName=container or self._first_container(group_id),
            Command=_arguments(command),
            TTY=tty,
            Stdin=stdin,
            Sync=False,
        )
        return Execution(answer["WebSocketUri"], timeout)

    def run(
        self,
        group_id: str,
        command: str | Sequence[str],
        *,
        container: str | None = None,
        timeout: float = 90.0,
    ) -> str:
        """Run a command in a container to its end and give its output, standard error included.

        The service tells no exit code this way; `exec` does. Raises NoAnswer after ``timeout`` seconds.
        """
        parameters = {
            "RegionId": self.region,
            "ContainerGroupId": group_id,
            "ContainerName": container or self._first_container(group_id),
            "Command": json_list(_arguments(command)),
            "TTY": False,
            "Sync": True,
        }
        answer = self._transport.call("ExecContainerCommand", parameters, answer_within=timeout)
        return str(answer["SyncResponse"])

    def logs(
        self,
        group_id: str,
        container: str | None = None,
        *,
        follow: bool = False,
        tail: int | None = None,
        since_seconds: int | None = None,
    ) -> Iterator[str]:
        """The lines of a container's log; the first container's when left out.

        With ``follow`` the generator goes on over restarts until the container has ended for good.
        """
        container = container or self._first_container(group_id)
        if follow:
            reader = logs.LogReader(self, group_id, container, tail, since_seconds)
            yield from logs.follow(self, group_id, container, reader)
        else:
            answer = self.describe_container_log(
                ContainerGroupId=group_id, ContainerName=container, Tail=tail, SinceSeconds=since_seconds
            )
            yield from answer["Content"].splitlines()

    def wait_and_tail(
        self, group_id: str, *, timeout: float = 3600.0, console: Console | None = None
    ) -> jobs.JobResult:
        """Show the logs of a group until it has ended, with progress on a terminal; tell how it ended.

        A job that fails is no error here: look at the result. Raises WaitFailed when the group is gone, and
        WaitTimeout.
        """
        group = jobs.wait_and_tail(self, group_id, timeout, console)
        return jobs.JobResult(group, group["Status"], groups.exit_codes(group), self.cost(group_id))

    def cost(self, group_id: str) -> jobs.Cost | None:
        """What a group has cost so far; None when the service does not tell it, as the real one does not."""
        if (urlsplit(self.endpoint).hostname or "").endswith(REAL_DOMAIN):
            return None
        try:
            bill = self.emulator.bill.show(by="group")
        except (ControlError, NoAnswer):
            return None
        amounts = (line["unrounded"] for line in bill["lines"] if line["key"] == group_id)
        return jobs.Cost(Decimal(next(amounts, "0")), bill["currency"])

    def _first_container(self, group_id: str) -> str:
        group = groups.find(self, group_id)
        if group is None:
            raise NotFound(f"There is no container group {group_id}.")
        return group["Containers"][0]["Name"]

    def close(self) -> None:
        """Give the connections back."""
        self._transport.close()
        self.emulator.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _arguments(command: str | Sequence[str]) -> list[str]:
    return shlex.split(command) if isinstance(command, str) else list(command)
