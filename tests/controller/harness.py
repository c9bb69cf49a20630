"""An emulator in one process and one thread: actions are called directly, time moves only when told to.

``settle`` does what workers and node agent do between two moments: it reconciles whatever was woken
until nothing is left to do. ``advance`` lets time pass, firing all that falls due at its own time.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.registry import ACTIONS
from eci_emulator.controller.checks import Begun, Checks, Network
from eci_emulator.controller.steps import Check
from eci_emulator.controller.timekeeping import Timekeeping
from eci_emulator.engine.driver import LABEL_GROUP, LABEL_INSTANCE, ContainerInfo, EngineUnavailable
from eci_emulator.images.coordinator import Coordinator, Running
from eci_emulator.market import catalogue
from eci_emulator.model.caches import DATA_CACHE_ID, IMAGE_CACHE_ID
from eci_emulator.model.group import ContainerGroup, ContainerStatus
from eci_emulator.nodes import Nodes
from eci_emulator.schemas.base import load
from eci_emulator.settings import Settings
from eci_emulator.store import keys
from eci_emulator.store.database import Store, connect
from eci_emulator.store.table import Tenant
from eci_emulator.store.timers import ENGINE_TIMER
from eci_emulator.store.wakeups import RECONCILE_CACHE
from eci_workers.runtime import Runtime

Json = dict[str, Any]

BEGIN = 1_800_000_000.0  # 2027-01-15T08:00:00Z
ACCOUNT = "1234567890123456"
REGION = "cn-hangzhou"
IMAGE = "registry.example/app:1"
#: Rounds of settling after which something is going round in circles.
ROUNDS = 60


class Told(NamedTuple):
    """An event, as far as tests look at it."""

    reason: str
    message: str
    type: str
    times: int


class FakeNetwork:
    """What answers at which port of a group; a port nobody spoke of answers and is well."""

    def __init__(self) -> None:
        self.statuses: dict[int, int] = {}
        self.closed: set[int] = set()
        self.asked: list[tuple[str, dict[str, str]]] = []

    def get(self, url: str, headers: dict[str, str], timeout: float) -> int:
        self.asked.append((url, headers))
        port = int(url.split(":")[2].partition("/")[0])
        self.connect("", port, timeout)
        return self.statuses.get(port, 200)

    def connect(self, host: str, port: int, timeout: float) -> None:
        if port in self.closed:
            raise ConnectionRefusedError(111, "connect: connection refused")


class InlineChecks(Checks):
    """Checks without threads."""

    def begin(self, group: ContainerGroup, step: Check) -> Begun:
        return Begun(step, self.check(group.state.placement.ip, step))


class StepByStep(Coordinator):
    """Fetches without threads: each goes on a bit whenever it is looked after."""

    def once(self) -> None:
        super().once()
        for running in self._running.values():
            running.step()

    def _begin(self, running: Running) -> None:
        pass


class LabRuntime(Runtime):
    """The engine's side, checks done at once over a network that the test describes."""

    def __init__(self, settings: Settings) -> None:
        self.network = FakeNetwork()
        super().__init__(settings)

    def _checks(self) -> Checks:
        dialer = self.network if self.simulated else Network()
        return InlineChecks(self.engine, self.store.redis, dialer, self.store.wake)


class Lab:
    """The emulator under test, on the simulated engine or another that ``runtime`` brings."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.engine: Any = runtime.engine
        self.store = Store(connect(runtime.settings.redis_url))  # the API's process has its own
        nodes = Nodes(self.store.redis, self.store.hosts)
        self.emulator = Emulator(runtime.settings, self.store, catalogue.load(), nodes)
        self.time = Timekeeping(runtime.store, runtime.engine, self.settle, runtime.spot)
        self.reconciled = 0
        self.coordinator = runtime.coordinator(StepByStep)
        self._seen: dict[str, str] = {}

    @property
    def now(self) -> float:
        return self.store.clock.now()

    def close(self) -> None:
        """Let go of all connections to Redis."""
        for store in (self.store, self.runtime.store):
            store.redis.connection_pool.disconnect()

    # --- what a client does ------------------------------------------------------------------------

    def call(self, action: str, **parameters: Any) -> Any:
        """Call an action by its wire name with parameters of its wire names; nothing is settled yet."""
        served = ACTIONS[action]
        caller = Caller(account=ACCOUNT, region=REGION, action=action, request_id="test")
        return served.serve(self.emulator, caller, load(served.schema, parameters))

    def create(self, *containers: Json, **parameters: Any) -> str:
        """Create a group and let it settle; gives its id."""
        parameters.setdefault("ContainerGroupName", "web")
        answer = self.call("CreateContainerGroup", Container=list(containers), **parameters)
        self.settle()
        return str(answer["ContainerGroupId"])

    def restart(self, group_id: str) -> None:
        self.call("RestartContainerGroup", ContainerGroupId=group_id)
        self.settle()

    def delete(self, group_id: str, **parameters: Any) -> None:
        self.call("DeleteContainerGroup", ContainerGroupId=group_id, **parameters)
        self.settle()

    # --- what there is to see ----------------------------------------------------------------------

    def group(self, group_id: str) -> ContainerGroup:
        group = self.store.groups.get(group_id)
        assert group is not None, f"{group_id} is gone"
        return group

    def status(self, group_id: str) -> str:
        return self.group(group_id).state.status.value

    def container(self, group_id: str, name: str) -> ContainerStatus:
        state = self.group(group_id).state
        return state.containers.get(name) or state.init_containers[name]

    def visible(self, group_id: str) -> bool:
        return self.store.groups.get_for(Tenant(ACCOUNT, REGION), group_id) is not None

    def events(self, group_id: str) -> list[Told]:
        """Oldest first."""
        return [Told(e.reason, e.message, e.type, e.count) for e in self.group(group_id).state.events]

    def reasons(self, group_id: str) -> list[str]:
        return [event.reason for event in self.events(group_id)]

    def told(self, group_id: str, reason: str) -> list[str]:
        """The texts of the events with that reason."""
        return [event.message for event in self.events(group_id) if event.reason == reason]

    def engine_containers(self, group_id: str) -> dict[str, ContainerInfo]:
        labels = self.runtime.names.group_labels(group_id)
        return {info.name: info for info in self.engine.list_containers(labels)}

    def running(self, group_id: str) -> list[str]:
        """Engine names of what runs, without the group's id in front."""
        found = self.engine_containers(group_id).values()
        return sorted(
            info.name.removeprefix(f"{group_id}-") for info in found if info.phase in ("running", "paused")
        )

    def leftovers(self) -> list[str]:
        """Everything that should be gone when there are no groups."""
        redis, labels = self.store.redis, {LABEL_INSTANCE: self.runtime.settings.instance}
        containers = [info.name for info in self.engine.list_containers(labels)]
        addresses = [key for key in redis.scan_iter("eci:addresses:*") if redis.hlen(key)]
        traces = [key for pattern in _TRACES for key in redis.scan_iter(pattern)]
        found = [
            *(name for name in containers if not name.endswith("-router")),
            *self.engine.list_volumes({**labels, LABEL_GROUP: ""}),
            *self.store.groups.all_ids(),
            *(due.id for due in self.store.timers.due(float("inf")) if due.kind != ENGINE_TIMER),
            *redis.smembers(keys.unsettled(self.runtime.settings.host_name)),
            *addresses,
            *traces,
        ]
        return [str(thing) for thing in found]

    # --- time --------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Reconcile until nothing is left to do. What waits for something outside is looked at a few times."""
        patience = 3
        for _ in range(ROUNDS):
            self.coordinator.once()
            woken = self._woken()
            unsettled = self._unsettled()
            if not woken and not (unsettled and patience):
                return
            patience -= not woken
            for group_id in sorted(woken | unsettled):
                self.reconcile(group_id)
        raise AssertionError("it does not settle")

    def sweep(self) -> None:
        """Look a few times more at what waits for something outside, as the node agent does each second."""
        for _ in range(3):
            self.settle()

    def reconcile(self, group_id: str) -> None:
        if group_id.startswith((IMAGE_CACHE_ID, DATA_CACHE_ID)):
            self.runtime.caches.reconcile(group_id)
            return
        self.reconciled += 1
        assert self.runtime.reconciler.reconcile(group_id), "the lease was not free"

    def advance(self, seconds: float) -> None:
        self.time.advance(seconds)

    def _woken(self) -> set[str]:
        queue: Any = self.store.wakeups.queue(self.runtime.settings.host_name)
        woken = {job.args[0] for job in queue.jobs}
        queue.empty()
        return woken | self._noticed()

    def _noticed(self) -> set[str]:
        """What the engine's event stream would have told of: containers that have changed by themselves."""
        seen: dict[str, str] = {info.name: info.phase for info in self._all_containers()}
        changed = {name for name, phase in seen.items() if self._seen.get(name) != phase}
        gone = set(self._seen) - set(seen)
        self._seen = seen
        touched = changed | gone
        noticed = {i for i in self.store.groups.all_ids() if any(name.startswith(i) for name in touched)}
        if noticed:
            self.store.redis.sadd(keys.unsettled(self.runtime.settings.host_name), *noticed)
        return noticed

    def _all_containers(self) -> list[ContainerInfo]:
        found: list[ContainerInfo] = []
        with suppress(EngineUnavailable):
            found = self.engine.list_containers({LABEL_INSTANCE: self.runtime.settings.instance})
        return found

    def _unsettled(self) -> set[str]:
        members = self.store.redis.smembers(keys.unsettled(self.runtime.settings.host_name))
        unfinished = self.store.wakeups.unfinished(self.runtime.settings.host_name)
        caches = {record_id for job, record_id in unfinished if job == RECONCILE_CACHE}
        return {member.decode() for member in members} | caches  # type: ignore[union-attr]


_TRACES = ("eci:lease:*", "eci:check:*", "eci:index:group:*")


def simulated_lab(socket: str, folder: Path, **options: Any) -> Lab:
    """A lab on the simulated engine whose clock stands still; ``options`` are settings."""
    settings = Settings(
        engine="simulated", redis_url=f"unix://{socket}", state_dir=folder, instance="lab", **options
    )
    lab = Lab(LabRuntime(settings))
    lab.store.clock.freeze()
    lab.store.clock.set(BEGIN)
    return lab


def container(name: str = "app", script: str = "sleep inf", **parameters: Any) -> Json:
    """A container of a request that runs a shell script."""
    parameters.setdefault("Image", IMAGE)
    environment = parameters.pop("env", {})
    parameters["EnvironmentVar"] = [{"Key": key, "Value": value} for key, value in environment.items()]
    return {"Name": name, "Command": ["sh", "-c", script], **parameters}
