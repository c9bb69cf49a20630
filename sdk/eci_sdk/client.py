"""The client of ECI."""

from __future__ import annotations

from types import TracebackType

from eci_sdk import config
from eci_sdk.actions import Actions
from eci_sdk.transport import Transport


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

    def close(self) -> None:
        """Give the connections back."""
        self._transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
