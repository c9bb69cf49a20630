"""What only a real engine can show: limits, networks, threads, bad weather."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from eci_emulator.engine.connect import connect, docker_answers
from eci_emulator.engine.docker import DockerEngine
from eci_emulator.engine.docker.statistics import from_engine
from eci_emulator.engine.docker.volumes import Volumes
from eci_emulator.engine.driver import EngineError, EngineUnavailable, Mount, StartFailed
from eci_emulator.engine.stats import Stats

from .lab import Lab
from .relay import Relay

pytestmark = pytest.mark.docker
MEBIBYTE = 1 << 20


def raw(lab: Lab, name: str) -> dict[str, Any]:
    """What ``docker inspect`` shows."""
    assert isinstance(lab.engine, DockerEngine)
    answer: dict[str, Any] = lab.engine._api.inspect_container(name)
    return answer


def output(lab: Lab, name: str, script: str) -> str:
    return lab.engine.exec(name, ["sh", "-c", script], timeout=20, limit=100_000).output.decode()


def test_by_its_id_an_image_is_removed_that_has_lost_its_name(docker_lab: Lab) -> None:
    reference = f"localhost/{docker_lab.token}:1"
    first, second = (_commit(docker_lab, reference) for _ in range(2))
    with pytest.raises(EngineError, match="has a name"):
        docker_lab.engine.remove_image(second)

    docker_lab.engine.remove_image(first)

    assert docker_lab.engine.image(first) is None
    assert docker_lab.engine.image(reference) is not None
    docker_lab.engine.remove_image(reference)
    docker_lab.engine.remove_image(second)  # gone with its last name


def _commit(lab: Lab, reference: str) -> str:
    name = lab.run(script="cat /proc/sys/kernel/random/uuid > /note")
    lab.ended(name)
    return lab.engine.commit(name, reference)


# --- limits -------------------------------------------------------------------------------------


def test_limits_are_the_engines(docker_lab: Lab) -> None:
    name = docker_lab.run(nano_cpus=250_000_000, memory=32 * MEBIBYTE, pids_limit=77)

    host = raw(docker_lab, name)["HostConfig"]

    assert host["NanoCpus"] == 250_000_000
    assert host["Memory"] == host["MemorySwap"] == 32 * MEBIBYTE
    assert host["PidsLimit"] == 77
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["RestartPolicy"]["Name"] == "no"
    assert host["LogConfig"]["Config"]["max-size"]
    assert raw(docker_lab, name)["Config"]["Labels"].items() >= docker_lab.labels.items()


def test_the_engine_restarts_what_it_is_told_to(docker_lab: Lab) -> None:
    name = docker_lab.run(restart=True)

    assert raw(docker_lab, name)["HostConfig"]["RestartPolicy"]["Name"] == "always"


def test_no_more_processes_than_allowed(docker_lab: Lab) -> None:
    name = docker_lab.run(pids_limit=10)

    said = output(docker_lab, name, "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done")

    assert "can't fork" in said


def capabilities(lab: Lab, name: str) -> int:
    return int(output(lab, name, "grep CapEff /proc/1/status").split()[1], 16)


def test_capabilities(docker_lab: Lab) -> None:
    chown, net_admin, net_raw, sys_admin = 0, 12, 13, 21
    usual = capabilities(docker_lab, docker_lab.run("a"))
    chosen = capabilities(docker_lab, docker_lab.run("b", cap_add=["CAP_NET_ADMIN"], cap_drop=["CHOWN"]))
    none = capabilities(docker_lab, docker_lab.run("c", cap_drop=["ALL"]))

    assert [usual >> bit & 1 for bit in (chown, net_admin, net_raw, sys_admin)] == [1, 0, 1, 0]
    assert [chosen >> bit & 1 for bit in (chown, net_admin, net_raw, sys_admin)] == [0, 1, 1, 0]
    assert none == 0
    assert "NoNewPrivs:\t1" in output(docker_lab, docker_lab.name("a"), "grep NoNewPrivs /proc/1/status")


def test_user_root_and_folder(docker_lab: Lab) -> None:
    name = docker_lab.run(user="65534:65534", read_only_root=True, working_dir="/made/for/it")

    assert output(docker_lab, name, "id -u; pwd").split() == ["65534", "/made/for/it"]
    assert "Read-only" in output(docker_lab, name, "touch /tmp/x")
    as_root = docker_lab.engine.exec(name, ["id", "-u"], timeout=10, limit=10, user="0")
    assert as_root.stdout == b"0\n"


def test_shared_processes(docker_lab: Lab) -> None:
    sandbox = docker_lab.run("sandbox", command=["sleep", "4321"])
    name = docker_lab.run("a", join=sandbox, share_pid_with=sandbox)

    assert "sleep 4321" in output(docker_lab, name, "ps")


def test_sysctls_and_hosts(docker_lab: Lab) -> None:
    name = docker_lab.run(
        network=docker_lab.network("n", 1),
        sysctls={"net.core.somaxconn": "99"},
        extra_hosts={"db.internal": "10.213.1.77"},
    )

    assert output(docker_lab, name, "cat /proc/sys/net/core/somaxconn") == "99\n"
    assert "10.213.1.77\tdb.internal" in output(docker_lab, name, "cat /etc/hosts")


def test_standard_input_stays_open_if_wanted(docker_lab: Lab) -> None:
    closed = docker_lab.run("a", command=["cat"])
    open_ = docker_lab.run("b", command=["cat"], stdin=True)

    docker_lab.ended(closed)

    info = docker_lab.engine.inspect(open_)
    assert info is not None
    assert info.phase == "running"


def test_a_runtime_that_is_not_there(docker_lab: Lab) -> None:
    with pytest.raises(EngineError, match="no-such-runtime"):
        docker_lab.run(runtime="no-such-runtime")


# --- networks -----------------------------------------------------------------------------------


def test_containers_of_a_group_share_localhost(docker_lab: Lab) -> None:
    sandbox = docker_lab.run("sandbox", network=docker_lab.network("n", 1), ip="10.213.1.7")
    docker_lab.run("web", "echo hello > /index.html; httpd -f -p 127.0.0.1:80 -h /", join=sandbox)
    client = docker_lab.run("client", join=sandbox)

    fetched = docker_lab.until(lambda: output(docker_lab, client, "wget -qO- http://localhost/ 2>/dev/null"))

    assert fetched == "hello\n"


def test_groups_reach_each_other_and_go_out_through_the_router(docker_lab: Lab) -> None:
    network = docker_lab.network("n", 1)
    docker_lab.run("web", "echo hello > /index.html; httpd -f -p 80 -h /", network=network, ip="10.213.1.7")
    client = docker_lab.run("client", network=network, ip="10.213.1.8")

    fetched = docker_lab.until(lambda: output(docker_lab, client, "wget -qO- http://10.213.1.7/ 2>/dev/null"))

    assert fetched == "hello\n"
    assert output(docker_lab, client, "ip route | grep default").startswith("default via 10.213.1.253")


def test_networks_made_at_the_same_time_are_one(docker_lab: Lab) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: docker_lab.network("n", 1), range(4)))

    assert docker_lab.engine.list_networks(docker_lab.labels) == [docker_lab.name("n")]


# --- volumes on an engine that is not on this machine -------------------------------------------


@pytest.fixture
def far_lab(docker_lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """An engine whose disk and processes are out of sight."""
    monkeypatch.setattr(Volumes, "_folder", lambda *_: None)
    monkeypatch.setattr("eci_emulator.engine.docker.statistics.is_local", lambda *_: False)
    return docker_lab


def test_files_reach_a_far_volume(far_lab: Lab) -> None:
    volume = far_lab.volume()
    far_lab.engine.put_files(volume, {"./": (b"", 0o777), "a/b": (b"far\n", 0o600)})

    name = far_lab.run(
        script="cat /a/b; stat -c %a /v /v/a/b /new",
        mounts=[
            Mount(target="/v", volume=volume),
            Mount(target="/a", volume=volume, sub_path="a"),
            Mount(target="/new", volume=volume, sub_path="made/new"),
        ],
    )
    far_lab.ended(name)

    assert far_lab.engine.logs(name) == b"far\n777\n600\n777\n"
    assert far_lab.engine.volume_usage(volume) >= 4096


def test_a_large_file_reaches_a_far_volume(far_lab: Lab) -> None:
    volume = far_lab.volume()
    pieces = [b"x" * 100_000 for _ in range(30)]

    assert list(far_lab.engine.fill_file(volume, "a/model", pieces, 0o600))[-1] == 3_000_000

    script = "wc -c < /data/a/model; stat -c %a /data/a/model"
    name = far_lab.run(script=script, mounts=[Mount(target="/data", volume=volume)])
    far_lab.said(name, b"3000000\n600\n")


def test_a_volume_that_is_missing_is_made_with_our_labels(docker_lab: Lab) -> None:
    docker_lab.run(mounts=[Mount(target="/v", volume=docker_lab.name("v"))])

    assert docker_lab.engine.list_volumes(docker_lab.labels) == [docker_lab.name("v")]


def test_counters_of_a_far_engine(far_lab: Lab) -> None:
    stats = far_lab.engine.stats(far_lab.run(memory=64 * MEBIBYTE))

    assert stats is not None
    assert stats.cpu_nanoseconds > 0
    assert stats.memory_limit == 64 * MEBIBYTE


COUNTERS = ("memory_limit", "tx_packets", "tx_bytes", "write_bytes", "write_ios")


def test_both_sources_of_counters_agree(docker_lab: Lab) -> None:
    network = docker_lab.network("n", 1)
    name = docker_lab.run(
        script="ping -c 3 -i 0.1 10.213.1.1; dd if=/dev/zero of=/x bs=1024k count=3; sync; sleep 1000",
        network=network,
        memory=64 * MEBIBYTE,
    )
    docker_lab.said(name, b"3+0 records out")
    docker_lab.until(lambda: "sleep" in output(docker_lab, name, "ps"))

    engine = docker_lab.engine
    assert isinstance(engine, DockerEngine)

    def agreed() -> tuple[Stats, Stats] | None:
        """What both say, once the kernel has sent the last packet of its own."""
        near, far = engine.stats(name), from_engine(engine._api.stats(name, stream=False))
        assert near is not None
        same = all(getattr(near, counter) == getattr(far, counter) for counter in COUNTERS)
        return (near, far) if same else None

    near, far = docker_lab.until(agreed)
    assert near.tx_packets >= 3
    assert near.memory_cache > MEBIBYTE
    assert abs(near.cpu_nanoseconds - far.cpu_nanoseconds) < 1e9


def test_a_link_out_of_a_volume_is_not_followed(docker_lab: Lab) -> None:
    volume = docker_lab.volume()
    trap = docker_lab.run(
        "trap", "ln -s /etc /v/sub; ln -s /etc/passwd /v/note", mounts=[Mount(target="/v", volume=volume)]
    )
    docker_lab.ended(trap)

    assert docker_lab.engine.read_file(trap, "/v/note", limit=100) is None
    assert docker_lab.engine.read_file(trap, "/v/sub/passwd", limit=100) is None
    docker_lab.engine.put_files(volume, {"note": (b"safe\n", 0o644)})
    name = docker_lab.run(
        "a",
        "ls /mine; cat /v/note",
        mounts=[Mount(target="/v", volume=volume), Mount(target="/mine", volume=volume, sub_path="sub")],
    )
    docker_lab.ended(name)

    assert docker_lab.engine.logs(name) == b"safe\n"


# --- commands -----------------------------------------------------------------------------------


def test_a_command_out_of_time_is_killed(docker_lab: Lab) -> None:
    name = docker_lab.run()

    docker_lab.engine.exec(name, ["sleep", "4321"], timeout=0.3, limit=10)

    docker_lab.until(lambda: "sleep 4321" not in output(docker_lab, name, "ps"))


def test_no_output_of_short_commands_is_lost(docker_lab: Lab) -> None:
    name = docker_lab.run()

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda number: output(docker_lab, name, f"echo {number}"), range(40)))

    assert said == [f"{number}\n" for number in range(40)]


def test_a_program_that_is_not_there(docker_lab: Lab) -> None:
    result = docker_lab.engine.exec(docker_lab.run(), ["/no/such/program"], timeout=10, limit=1000)

    assert result.exit_code in (126, 127)
    assert b"/no/such/program" in result.output


def test_large_output(docker_lab: Lab) -> None:
    name = docker_lab.run(script="seq 1 20000; sleep 1000")
    docker_lab.said(name, b"20000\n")

    assert docker_lab.engine.logs(name).count(b"\n") == 20_000
    assert docker_lab.engine.logs(name, limit=12) == b"19999\n20000\n"
    result = docker_lab.engine.exec(name, ["seq", "1", "20000"], timeout=20, limit=10)
    assert (result.exit_code, result.output) == (0, b"1\n2\n3\n4\n5\n")


# --- several at once, and bad weather -----------------------------------------------------------


def test_containers_from_several_threads(docker_lab: Lab) -> None:
    def life(number: int) -> int | None:
        name = docker_lab.run(f"c{number}", f"exit {number}")
        code = docker_lab.ended(name).exit_code
        docker_lab.engine.remove(name)
        return code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(life, range(12))) == list(range(12))


def test_the_same_container_from_several_threads(docker_lab: Lab) -> None:
    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(lambda _: docker_lab.run("a", "echo once; sleep 1000"), range(4)))
        assert len(names) == 1
        assert docker_lab.said(names.pop(), b"once") == b"once\n"
        list(pool.map(lambda _: docker_lab.engine.remove(docker_lab.name("a")), range(4)))

    assert docker_lab.engine.inspect(docker_lab.name("a")) is None


def test_no_engine(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        DockerEngine(f"unix://{tmp_path}/nothing.sock")


@pytest.fixture
def hung_engine(tmp_path: Path) -> Iterator[str]:
    """An engine that takes connections and says nothing."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "hung.sock"))
        listener.listen()
        yield f"unix://{tmp_path}/hung.sock"


def test_an_engine_that_hangs(hung_engine: str) -> None:
    begun = time.monotonic()

    with pytest.raises(EngineUnavailable):
        DockerEngine(hung_engine, timeout=1)
    assert not docker_answers(hung_engine)

    assert time.monotonic() - begun < 30


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    relay = Relay(tmp_path / "relay.sock")
    yield relay
    relay.cut()


def test_an_engine_that_goes_away(docker_lab: Lab, relay: Relay) -> None:
    engine = DockerEngine(relay.url)
    name = docker_lab.run(script="echo one; sleep 1000")
    events = engine.events(docker_lab.labels)
    talk = engine.exec_stream(name, ["cat"], tty=False, stdin=True)

    relay.cut()

    with pytest.raises((EngineUnavailable, StopIteration)):
        next(events)
    events.close()
    assert talk.read() is None
    talk.close()
    with pytest.raises(EngineUnavailable):
        engine.inspect(name)
    engine.close()


def test_where_docker_answers_it_is_chosen(redis_client: Any) -> None:
    engine = connect("auto", client=redis_client)

    assert engine.fingerprint().driver == "docker"
    engine.close()


def test_a_start_that_failed_can_be_tried_again(docker_lab: Lab) -> None:
    sandbox = docker_lab.run("sandbox", "true")
    docker_lab.ended(sandbox)
    for _ in range(2):
        with pytest.raises(StartFailed):
            docker_lab.run("a", join=sandbox)

    assert json.dumps(raw(docker_lab, docker_lab.name("a"))["State"]["Status"]) == '"created"'
