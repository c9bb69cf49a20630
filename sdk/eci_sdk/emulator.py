"""The emulator's own API: what a test or a person does to the emulated cloud.

::

    emulator = Emulator()
    emulator.clock.advance(3600)
    emulator.faults.add(kind="error", code="OperationDenied.NoStock", action="CreateContainerGroup", times=1)
    print(emulator.bill.show(by="tag", tag_key="team")["total"])
    emulator.reset()

Times are texts of RFC 3339 in UTC, durations seconds, amounts of money decimal numbers in texts. Every
method raises ControlError when it is refused and NoAnswer when nothing answers.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Unpack
from urllib.parse import quote

import requests

from eci_sdk import config
from eci_sdk import control_types as t
from eci_sdk.errors import ControlError, NoAnswer, WaitTimeout

DEFAULT_ENDPOINT: Final = "http://127.0.0.1:4588"
CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 120.0
LOOK_AGAIN: Final = 0.1


class _Http:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._session = requests.Session()
        self._session.trust_env = not config.is_loopback(endpoint)

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        also: tuple[int, ...] = (),
    ) -> requests.Response:
        """The answer; one with a status of ``also`` is none of the refusals."""
        try:
            response = self._session.request(
                method,
                f"{self.endpoint}{path}",
                params={name: _plain(value) for name, value in (query or {}).items()},
                json=body,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            )
        except requests.RequestException as error:
            raise NoAnswer(f"{method} {path} at {self.endpoint}: {error}") from error
        if not response.ok and response.status_code not in also:
            raise ControlError(_detail(response), response.status_code)
        return response

    def json(self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        return self.ask(method, path, query, body).json()

    def close(self) -> None:
        self._session.close()


class Emulator:
    """An emulator; without an endpoint the one of the environment, else the one of this machine."""

    def __init__(self, endpoint: str | None = None) -> None:
        self._http = _Http(config.endpoint_url(endpoint or config.from_environment() or DEFAULT_ENDPOINT))
        self.clock = Clock(self._http)
        self.spot = Spot(self._http)
        self.stock = Stock(self._http)
        self.faults = Faults(self._http)
        self.bill = Bill(self._http)
        self.trace = Trace(self._http)
        self.groups = Groups(self._http)
        self.hosts = Hosts(self._http)

    @property
    def endpoint(self) -> str:
        """The URL of the emulator, for clients too."""
        return self._http.endpoint

    def health(self) -> t.Health:
        """That it listens, what it can do, and the container groups by status."""
        answer: t.Health = self._http.json("GET", "/_eci/health")
        return answer

    def ready(self) -> t.Readiness:
        """Whether all parts are there."""
        answer: t.Readiness = self._http.ask("GET", "/_eci/ready", also=(503,)).json()
        return answer

    def init(self) -> list[t.InitHook]:
        """The init hooks, in the order in which they run, and what has become of them."""
        hooks: list[t.InitHook] = self._http.json("GET", "/_eci/init")["hooks"]
        return hooks

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until all parts are there. Raises WaitTimeout."""
        deadline = time.monotonic() + timeout
        problem: object = ""
        while time.monotonic() < deadline:
            try:
                readiness = self.ready()
            except NoAnswer as error:
                problem = error
            else:
                if readiness["ready"]:
                    return
                problem = {name: wrong for name, wrong in readiness["checks"].items() if wrong}
            time.sleep(LOOK_AGAIN)
        raise WaitTimeout(f"the emulator is not ready after {timeout:g} s: {problem}")

    def reset(self, *, keep_clock: bool = False) -> dict[str, int]:
        """Forget everything and remove all containers; gives the numbers of what was removed, by kind."""
        answer: dict[str, int] = self._http.json("POST", "/_eci/reset", {"keep_clock": keep_clock})
        return answer

    def snapshot(self) -> t.Snapshot:
        """All records as one document."""
        answer: t.Snapshot = self._http.json("GET", "/_eci/snapshot")
        return answer

    def load(self, snapshot: t.Snapshot) -> None:
        """Replace all records by those of a snapshot."""
        self._http.ask("PUT", "/_eci/snapshot", body=snapshot)

    def metrics(self) -> str:
        """The counters, in Prometheus' text format."""
        return self._http.ask("GET", "/metrics").text

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()


class _Part:
    def __init__(self, http: _Http) -> None:
        self._http = http


class Clock(_Part):
    """The one clock that back-off, deadlines, spot protection, caches and billing go by."""

    def show(self) -> t.Clock:
        answer: t.Clock = self._http.json("GET", "/_eci/clock")
        return answer

    def freeze(self) -> t.Clock:
        """Stop it where it is."""
        return self._move({"action": "freeze"})

    def set(self, moment: str) -> t.Clock:
        """Put it to a moment; what falls due in between does not happen."""
        return self._move({"action": "set", "time": moment})

    def advance(self, seconds: float) -> t.Clock:
        """Move it on; what falls due in between has happened, in order, when this returns."""
        return self._move({"action": "advance", "seconds": seconds})

    def scale(self, scale: float) -> t.Clock:
        """Let it run at so many seconds in a real second."""
        return self._move({"action": "scale", "scale": scale})

    def real(self) -> t.Clock:
        """Give it back to real time."""
        return self._move({"action": "real"})

    def _move(self, move: t.ClockMove) -> t.Clock:
        answer: t.Clock = self._http.json("POST", "/_eci/clock", body=move)
        return answer


class Spot(_Part):
    """Spot groups and their prices."""

    def reclaim(self, **which: Unpack[t.Reclaim]) -> list[str]:
        """Take spot groups back, with notice; gives their ids."""
        answer = self._http.json("POST", "/_eci/spot/reclaim", body=which)
        groups: list[str] = answer["group_ids"]
        return groups

    def prices(
        self, zone: str, instance_type: str, *, start: str | None = None, end: str | None = None
    ) -> list[t.SpotPrice]:
        """The prices of a time, oldest first; without one only the present price."""
        query = {"zone": zone, "instance_type": instance_type, "start": start, "end": end}
        prices: list[t.SpotPrice] = self._http.json("GET", "/_eci/spot/prices", query)["prices"]
        return prices

    def set_price(self, **setting: Unpack[t.SpotPriceSetting]) -> None:
        """Set a price as a fraction of the on-demand one; None lets it wander again."""
        self._http.ask("PUT", "/_eci/spot/prices", body=setting)


class Stock(_Part):
    """What is left to buy."""

    def levels(self) -> list[t.StockLevel]:
        """The levels that were set; of everything else there is plenty."""
        levels: list[t.StockLevel] = self._http.json("GET", "/_eci/stock")["levels"]
        return levels

    def set(self, **level: Unpack[t.StockLevel]) -> None:
        """Set a level; ``units=None`` is plenty."""
        self._http.ask("PUT", "/_eci/stock", body=level)

    def clear(self) -> None:
        """Forget all levels."""
        self._http.ask("DELETE", "/_eci/stock")


class Faults(_Part):
    """Failures on demand."""

    def list(self) -> Sequence[t.Fault]:
        """The faults that lie in wait."""
        faults: Sequence[t.Fault] = self._http.json("GET", "/_eci/faults")["faults"]
        return faults

    def add(self, **fault: Unpack[t.NewFault]) -> t.Fault:
        """Let a fault lie in wait."""
        answer: t.Fault = self._http.json("POST", "/_eci/faults", body=fault)
        return answer

    def remove(self, fault_id: str) -> None:
        self._http.ask("DELETE", f"/_eci/faults/{quote(fault_id, safe='')}")

    def clear(self) -> None:
        """Remove all faults."""
        self._http.ask("DELETE", "/_eci/faults")


class Bill(_Part):
    """What the groups cost."""

    def show(
        self,
        by: t.BillBy = "group",
        *,
        tag_key: str | None = None,
        start: str | None = None,
        end: str | None = None,
        account: str | None = None,
        prices: str | None = None,
    ) -> t.Bill:
        """The bill; ``prices`` is the name of a price list, the region's own when left out."""
        query = {
            "by": by,
            "tag_key": tag_key,
            "start": start,
            "end": end,
            "account": account,
            "prices": prices,
        }
        answer: t.Bill = self._http.json("GET", "/_eci/bill", query)
        return answer

    def csv(self, by: t.BillBy = "group", *, tag_key: str | None = None) -> str:
        """The bill as CSV."""
        query = {"by": by, "tag_key": tag_key, "format": "csv"}
        return self._http.ask("GET", "/_eci/bill", query).text

    def recompute(self, **how: Unpack[t.Recompute]) -> t.Bill:
        """The bill of the same usage with another price list."""
        answer: t.Bill = self._http.json("POST", "/_eci/bill", body=how)
        return answer

    def running(self, *, account: str | None = None) -> list[t.RunningCost]:
        """What each live group costs a second."""
        groups: list[t.RunningCost] = self._http.json("GET", "/_eci/bill/running", {"account": account})[
            "groups"
        ]
        return groups

    def export(self, **where: Unpack[t.BillExport]) -> int:
        """Write the bill to an S3-compatible bucket; gives its bytes."""
        written: int = self._http.json("POST", "/_eci/bill/export", body=where)["bytes"]
        return written


class Trace(_Part):
    """The last requests."""

    def show(
        self,
        *,
        limit: int | None = None,
        action: str | None = None,
        request_id: str | None = None,
        account: str | None = None,
    ) -> list[t.TracedRequest]:
        """The requests, newest first."""
        query = {"limit": limit, "action": action, "request_id": request_id, "account": account}
        traced: list[t.TracedRequest] = self._http.json("GET", "/_eci/trace", query)["requests"]
        return traced

    def clear(self) -> None:
        """Forget them."""
        self._http.ask("DELETE", "/_eci/trace")


class Groups(_Part):
    """The container groups of all accounts and regions."""

    def show(self, *, account: str | None = None) -> list[t.Group]:
        """The groups, newest first."""
        groups: list[t.Group] = self._http.json("GET", "/_eci/groups", {"account": account})["groups"]
        return groups

    def log(self, group_id: str, container: str, *, tail: int | None = None) -> str:
        """The last lines of a container's log."""
        query = {"container": container, "tail": tail}
        content: str = self._http.json("GET", f"/_eci/groups/{quote(group_id, safe='')}/log", query)[
            "content"
        ]
        return content

    def terminal(self, group_id: str, container: str) -> str:
        """Where a browser finds a shell in a container, once and within 30 seconds."""
        path = f"/_eci/groups/{quote(group_id, safe='')}/terminal"
        url: str = self._http.json("POST", path, body={"container": container})["url"]
        return url


class Hosts(_Part):
    """The Docker hosts."""

    def show(self) -> list[t.Host]:
        hosts: list[t.Host] = self._http.json("GET", "/_eci/hosts")["hosts"]
        return hosts

    def drain(self, name: str, *, draining: bool = True) -> t.Host:
        """Give a host no new groups, or with ``draining=False`` take it into service again."""
        path = f"/_eci/hosts/{quote(name, safe='')}"
        answer: t.Host = self._http.json("PATCH", path, body={"draining": draining})
        return answer


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _detail(response: requests.Response) -> str:
    try:
        problem = response.json()
    except requests.JSONDecodeError:
        problem = {}
    return str(problem.get("detail") or problem.get("title") or f"{response.status_code} {response.reason}")
