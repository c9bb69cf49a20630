"""Anything in any order, and the process dying between any two steps: the record, the engine, the
events and the addresses agree after each, and nothing is lost or left over.

``ECI_CHAOS_EXAMPLES`` sets how many histories are tried (`make chaos` tries many).
"""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest
import redis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from eci_emulator.controller.members import Member, app_members, init_members
from eci_emulator.engine.driver import (
    LABEL_GROUP,
    LABEL_INSTANCE,
    AddressInUse,
    EngineError,
    EngineUnavailable,
)
from eci_emulator.engine.simulated import ImageScript
from eci_emulator.model.errors import EciError
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import BILLED, TERMINAL, TRANSITIONS, GroupStatus
from eci_emulator.settings import Settings
from eci_emulator.store import keys

from .crashing import Crash, FusedRuntime
from .harness import BEGIN, IMAGE, Json, Lab, container

EXAMPLES = int(os.environ.get("ECI_CHAOS_EXAMPLES", "40"))
FLAKY_IMAGE = "registry.example/flaky:1"

DATA = {"Name": "data", "Type": "EmptyDirVolume"}
DATA_MOUNT = [{"Name": "data", "MountPath": "/data"}]

#: Containers of different temperaments, from which groups are made.
TEMPERS: dict[str, Json] = {
    "lasting": container("c"),
    "stubborn": container("c", "trap '' TERM; sleep inf", LifecyclePreStopHandlerExec=["true"]),
    "short": container("c", "sleep 40"),
    "crashing": container("c", "sleep 3; exit 1"),
    "unlaunchable": container("c", env={"ECI_SIM_START_ERROR": "no such command"}),
    "slow": container("c", env={"ECI_SIM_START_SECONDS": "15"}),
    "sidecar": container("c", env={"ECI_CONTAINER_TYPE": "sidecar"}),
    "hooked": container("c", LifecyclePostStartHandlerExec=["true"], VolumeMount=DATA_MOUNT),
    "probed": container("c", LivenessProbe={"Exec": {"Command": ["false"]}, "PeriodSeconds": 20}),
    "pulled": container("c", Image=FLAKY_IMAGE),
    "oom": container("c", env={"ECI_SIM_OOM": "true"}),
}

tempers = st.sampled_from(sorted(TEMPERS))
policies = st.sampled_from(["Always", "OnFailure", "Never"])


def members_of(chosen: list[str], prefix: str = "c") -> list[Json]:
    return [{**TEMPERS[temper], "Name": f"{prefix}{number}"} for number, temper in enumerate(chosen)]


_numbers = itertools.count(1)


def numbered_id(prefix: str, code: str) -> str:
    """Ids in order of creation, so that the same history goes the same way again."""
    return f"{prefix}-{code}{next(_numbers):017}"


class Chaos(RuleBasedStateMachine):
    """One emulator, its callers, its engine and its bad luck."""

    socket: ClassVar[str]
    folder: ClassVar[Path]

    groups = Bundle("groups")

    def __init__(self) -> None:
        super().__init__()
        with closing(redis.Redis(unix_socket_path=self.socket)) as client:
            client.flushall()
        self.runtime = FusedRuntime(
            Settings(
                engine="simulated",
                redis_url=f"unix://{self.socket}",
                state_dir=self.folder,
                instance="chaos",
            )
        )
        self.lab = Lab(self.runtime)
        self.lab.store.clock.freeze()
        self.lab.store.clock.set(BEGIN)
        self.history: dict[str, list[tuple[GroupStatus, float]]] = defaultdict(list)
        self.deleted: dict[str, float] = {}
        self._record_history(self.lab.store.groups)
        self._record_history(self.runtime.store.groups)

    def _record_history(self, table: Any) -> None:
        save, delete = table.save, table.delete

        def saved(group: ContainerGroup, **options: Any) -> None:
            save(group, **options)
            self.history[group.id].append((group.state.status, self.lab.now))

        def deleted(group: ContainerGroup, **options: Any) -> None:
            delete(group, **options)
            self.deleted[group.id] = self.lab.now

        table.save, table.delete = saved, deleted

    # --- what callers do ---------------------------------------------------------------------------

    @rule(
        target=groups,
        chosen=st.lists(tempers, min_size=1, max_size=3),
        setup=st.lists(st.sampled_from(["short", "crashing", "lasting"]), max_size=1),
        policy=policies,
    )
    def create(self, chosen: list[str], setup: list[str], policy: str) -> str:
        answer = self.lab.call(
            "CreateContainerGroup",
            ContainerGroupName="web",
            Container=members_of(chosen),
            InitContainer=members_of(setup, "i"),
            RestartPolicy=policy,
            Volume=[DATA],
        )
        self.settle()
        return str(answer["ContainerGroupId"])

    @rule(group_id=groups)
    def restart(self, group_id: str) -> None:
        self.ask("RestartContainerGroup", group_id)

    @rule(group_id=groups, chosen=st.lists(tempers, min_size=1, max_size=3))
    def update(self, group_id: str, chosen: list[str]) -> None:
        self.ask("UpdateContainerGroup", group_id, Container=members_of(chosen))

    @rule(group_id=groups)
    def delete(self, group_id: str) -> None:
        self.ask("DeleteContainerGroup", group_id)

    @rule(group_id=consumes(groups))
    def force(self, group_id: str) -> None:
        self.ask("DeleteContainerGroup", group_id, Force=True)

    def ask(self, action: str, group_id: str, **parameters: Any) -> None:
        try:
            self.lab.call(action, ContainerGroupId=group_id, **parameters)
        except EciError as refusal:
            assert refusal.code in ("IncorrectStatus", "InvalidParameter.NotFound", "NoNeedUpdate")
        self.settle()

    # --- what happens by itself --------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1.0, 10.0, 31.0, 300.0]))
    def time_passes(self, seconds: float) -> None:
        until = self.lab.now + seconds
        while self.lab.now < until:
            self.survive(lambda: self.lab.advance(until - self.lab.now))

    @precondition(lambda self: self.alive())
    @rule(which=st.integers(0, 50), how=st.sampled_from(["TERM", "KILL", "removed"]))
    def a_container_goes(self, which: int, how: str) -> None:
        """By itself, killed by somebody, or removed behind our back; the sandbox not excepted."""
        alive = self.alive()
        name = alive[which % len(alive)]
        if how == "removed":
            self.runtime.behind.remove(name)
        else:
            self.runtime.behind.signal(name, how)
        self.settle()

    @rule(there=st.booleans())
    def an_image_comes_or_goes(self, there: bool) -> None:
        self.runtime.behind.script_image(FLAKY_IMAGE, ImageScript(error="" if there else "ImageNotFound"))
        if not there:
            self.runtime.behind.remove_image(FLAKY_IMAGE)

    @rule(calls=st.integers(1, 60))
    def bad_luck(self, calls: int) -> None:
        """Whatever is done next, the process dies in the middle of it."""
        self.runtime.fuse.light(calls)

    @rule(
        method=st.sampled_from(["create", "start", "signal", "remove", "put_files", "exec", "ensure_volume"]),
        error=st.sampled_from([EngineUnavailable, EngineError, AddressInUse]),
        times=st.integers(1, 3),
    )
    def an_engine_in_trouble(self, method: str, error: type[EngineError], times: int) -> None:
        """The next calls of one kind fail."""
        self.runtime.engine.troubles[method] = [error("trouble") for _ in range(times)]

    @rule(calls=st.integers(1, 60), group_id=groups, action=st.sampled_from(["Delete", "Restart"]))
    def a_race(self, calls: int, group_id: str, action: str) -> None:
        """Somebody calls in the middle of whatever is done next."""

        def call() -> None:
            try:
                self.lab.call(f"{action}ContainerGroup", ContainerGroupId=group_id)
            except EciError:
                return

        self.runtime.fuse.light(calls, call)

    # --- how it goes on ----------------------------------------------------------------------------

    def settle(self) -> None:
        self.survive(self.lab.sweep)

    def survive(self, action: Any) -> None:
        """Do something; after a crash a new process goes on."""
        try:
            action()
        except Crash:
            self.runtime.revive()
            self.lab.sweep()

    def alive(self) -> list[str]:
        found = self.runtime.behind.list_containers({LABEL_INSTANCE: "chaos", LABEL_GROUP: ""})
        return sorted(info.name for info in found if info.phase == "running")

    def records(self) -> list[ContainerGroup]:
        table = self.lab.store.groups
        return table.get_many(table.all_ids())

    def members(self, group: ContainerGroup) -> list[Member]:
        names = self.runtime.names
        return [*init_members(group, names), *app_members(group, names)]

    # --- what always holds -------------------------------------------------------------------------

    @invariant()
    def statuses_go_by_the_table(self) -> None:
        for history in self.history.values():
            for before, after in itertools.pairwise(status for status, _ in history):
                assert after is before or after in TRANSITIONS[before], f"{before} -> {after}"

    @invariant()
    def record_and_engine_agree(self) -> None:
        running = set(self.alive())
        for group in self.records():
            mine = {name for name in running if name.startswith(group.id)}
            wanted = {member.engine_name for member in self.members(group) if member.running}
            leaving = {f"{group.id}-{spec.name}" for spec in group.state.leaving}
            extra = {n for n in mine - wanted if n.rpartition("-")[0] not in leaving}
            assert extra <= {f"{group.id}-sandbox"}, (group.state, mine)
            assert wanted <= mine, (group.state, mine)
            if group.state.status in TERMINAL:
                assert not mine, (group.state, mine)
            stopping = any(member.status.stopping for member in self.members(group))
            if wanted and not stopping and group.state.status is GroupStatus.RUNNING:
                assert (f"{group.id}-sandbox" in mine) == group.state.sandboxed, (group.state, mine)

    @invariant()
    def exit_codes_are_the_engines(self) -> None:
        for group in self.records():
            for member in self.members(group):
                info = self.runtime.behind.inspect(member.engine_name)
                current = member.status.current
                if info and info.phase == "exited":
                    assert (current.state, current.exit_code) == ("Terminated", info.exit_code)
                    assert current.finish_time == info.finished_at
                if member.status.ready and member.role == "container":
                    assert member.running

    @invariant()
    def addresses_are_held_by_who_lives(self) -> None:
        client: Any = self.lab.store.redis
        held = {
            ip.decode(): owner.decode()
            for key in client.scan_iter("eci:addresses:*")
            for ip, owner in client.hgetall(key).items()
        }
        holders = {g.state.placement.ip: g.id for g in self.records() if not g.state.released}
        assert held == holders

    @invariant()
    def statuses_tell_the_truth(self) -> None:
        for group in self.records():
            state, apps = group.state, app_members(group, self.runtime.names)
            if state.status is GroupStatus.RUNNING:
                assert all(member.status.started for member in apps)
                assert not state.leaving
            assert bool(state.terminal_since) == (state.status in TERMINAL)
            assert state.released == (state.status in TERMINAL)
            assert bool(state.billed_from) == (state.status in BILLED)
            assert len(state.events) <= 50
            assert all(event.last_timestamp <= self.lab.now for event in state.events)

    @invariant()
    def nothing_leaks(self) -> None:
        ids = set(self.lab.store.groups.all_ids())
        labels = {LABEL_INSTANCE: "chaos", LABEL_GROUP: ""}
        for info in self.runtime.behind.list_containers(labels):
            assert info.labels[LABEL_GROUP] in ids
        for volume in self.runtime.behind.list_volumes(labels):
            assert volume[:24].partition(".")[0] in ids or any(volume.startswith(i) for i in ids)
        timers = {due.id for due in self.lab.store.timers.due(float("inf")) if due.kind == "group"}
        assert timers <= ids
        client: Any = self.lab.store.redis
        members = client.smembers(keys.unsettled(self.runtime.settings.host_name))
        assert {member.decode() for member in members} <= ids

    def teardown(self) -> None:
        """When luck returns, every group comes up or ends; and when all are deleted, nothing is left."""
        self.runtime.revive()
        self.runtime.engine.troubles.clear()
        self.an_image_comes_or_goes(there=True)
        self.lab.settle()
        self.lab.advance(1000)
        for group in self.records():
            setup = [member for member in init_members(group, self.runtime.names) if not member.succeeded]
            assert setup or group.state.status in {GroupStatus.RUNNING, *TERMINAL}, group.state
            if not group.delete_requested:
                self.lab.call("DeleteContainerGroup", ContainerGroupId=group.id)
        self.lab.settle()
        self.lab.advance(1000)
        assert self.lab.leftovers() == []
        self.each_second_was_billed_once()
        self.lab.close()
        self.runtime.close()

    def each_second_was_billed_once(self) -> None:
        intervals = defaultdict(list)
        for usage in self.lab.store.ledger.ended():
            intervals[usage.group].append((usage.start, usage.end or 0))
        for group_id, history in self.history.items():
            ends = [at for _, at in history[1:]] + [self.deleted[group_id]]
            paid = sum(end - at for (status, at), end in zip(history, ends, strict=True) if status in BILLED)
            mine = sorted(intervals[group_id])
            assert sum(end - start for start, end in mine) == paid, (history, mine)
            assert all(one[1] <= other[0] for one, other in itertools.pairwise(mine))


@pytest.mark.timeout(3600)
def test_anything_in_any_order(redis_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Chaos.socket, Chaos.folder = redis_server, tmp_path
    monkeypatch.setattr("eci_emulator.model.ids.new_id", numbered_id)
    run_state_machine_as_test(
        Chaos,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],  # to make a failing history shorter takes too long
            suppress_health_check=list(HealthCheck),
            derandomize="ECI_CHAOS_EXAMPLES" not in os.environ,
        ),
    )


def test_the_image_of_most_groups_is_there() -> None:
    """The tempers are what their names say: only one depends on an image that comes and goes."""
    assert [name for name, spec in TEMPERS.items() if spec["Image"] != IMAGE] == ["pulled"]
