"""What every engine driver promises about logs, commands, counters and events."""

from __future__ import annotations

import threading

import pytest

from eci_emulator.engine.driver import LABEL_GROUP, EngineEvent, ExecStream, NotFound

from .lab import Lab

# --- logs ---------------------------------------------------------------------------------------


def test_logs_have_both_streams_in_order(lab: Lab) -> None:
    name = lab.run(script="echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three")

    lab.ended(name)

    assert lab.engine.logs(name) == b"one\ntwo\nthree\n"


def test_logs_of_a_terminal(lab: Lab) -> None:
    name = lab.run(script="echo one; echo two", tty=True)

    lab.ended(name)

    assert lab.engine.logs(name).replace(b"\r", b"") == b"one\ntwo\n"


def test_the_tail_of_a_log(lab: Lab) -> None:
    name = lab.run(script="echo one; echo two; echo three")
    lab.ended(name)

    assert lab.engine.logs(name, tail=2) == b"two\nthree\n"
    assert lab.engine.logs(name, tail=0) == b""
    assert lab.engine.logs(name, tail=10) == b"one\ntwo\nthree\n"


def test_the_last_bytes_of_a_log(lab: Lab) -> None:
    name = lab.run(script="echo one; echo two; echo three")
    lab.ended(name)

    assert lab.engine.logs(name, limit=8) == b"o\nthree\n"
    assert lab.engine.logs(name, limit=0) == b""


def test_a_log_since_a_time(lab: Lab) -> None:
    name = lab.run(script="echo one; sleep 0.5; echo two")
    info = lab.ended(name)

    assert lab.engine.logs(name, since=info.started_at + 0.3) == b"two\n"
    assert lab.engine.logs(name, since=info.finished_at + 1) == b""


def test_a_log_with_times(lab: Lab) -> None:
    name = lab.run(script="echo one; echo two")
    lab.ended(name)

    lines = lab.engine.logs(name, timestamps=True).decode().splitlines()

    assert [line.split(" ", 1)[1] for line in lines] == ["one", "two"]
    assert all(line.split("T")[0].count("-") == 2 and line.split(" ")[0].endswith("Z") for line in lines)


def test_the_log_of_nobody(lab: Lab) -> None:
    with pytest.raises(NotFound):
        lab.engine.logs(lab.name("nobody"))


# --- commands -----------------------------------------------------------------------------------


def test_a_command_gives_its_output_and_code(lab: Lab) -> None:
    name = lab.run()
    script = "echo out; sleep 0.1; echo err >&2; sleep 0.1; echo more; exit 3"

    result = lab.engine.exec(name, ["sh", "-c", script], timeout=10, limit=1000)

    assert result.exit_code == 3
    assert result.output == b"out\nerr\nmore\n"
    assert (result.stdout, result.stderr) == (b"out\nmore\n", b"err\n")
    assert not result.truncated
    assert not result.timed_out


def test_a_command_has_so_much_time(lab: Lab) -> None:
    name = lab.run()

    for seconds in (0.5, 5, 30):  # a busy machine needs more until the command runs at all
        result = lab.engine.exec(name, ["sh", "-c", "echo begun; sleep 1000"], timeout=seconds, limit=1000)
        assert result.timed_out
        if result.output:
            break

    assert result.output == b"begun\n"


def test_a_command_may_say_so_much(lab: Lab) -> None:
    name = lab.run()

    result = lab.engine.exec(name, ["sh", "-c", "echo 12345; echo 67890; exit 2"], timeout=10, limit=8)

    assert result.truncated
    assert result.output == b"12345\n67"
    assert result.exit_code == 2


def test_a_command_in_a_container_that_does_not_run(lab: Lab) -> None:
    ended = lab.run(script="true")
    lab.ended(ended)

    for name in (ended, lab.name("nobody")):
        with pytest.raises(NotFound):
            lab.engine.exec(name, ["true"], timeout=10, limit=10)
        with pytest.raises(NotFound):
            lab.engine.exec_stream(name, ["sh"], tty=True, stdin=True)


def everything(stream: ExecStream) -> list[tuple[int, bytes]]:
    return list(iter(stream.read, None))


def test_a_conversation_without_a_terminal(lab: Lab) -> None:
    stream = lab.engine.exec_stream(lab.run(), ["cat"], tty=False, stdin=True)

    stream.write(b"hello\n")
    assert stream.read() == (1, b"hello\n")
    assert stream.exit_code() is None
    stream.close_stdin()

    assert everything(stream) == []
    assert lab.until(lambda: stream.exit_code() is not None)
    assert stream.exit_code() == 0
    stream.close()


def test_a_conversation_keeps_the_streams_apart(lab: Lab) -> None:
    stream = lab.engine.exec_stream(
        lab.run(), ["sh", "-c", "echo out; sleep 0.1; echo err >&2; exit 5"], tty=False, stdin=False
    )

    assert everything(stream) == [(1, b"out\n"), (2, b"err\n")]
    assert lab.until(lambda: stream.exit_code() is not None)
    assert stream.exit_code() == 5
    stream.close()


def test_a_conversation_on_a_terminal(lab: Lab) -> None:
    stream = lab.engine.exec_stream(lab.run(), ["sh"], tty=True, stdin=True)
    stream.resize(40, 132)

    stream.write(b"echo he''llo\n")
    stream.write(b"exit 4\n")
    said = b"".join(data for _, data in everything(stream))

    assert b"hello\r\n" in said
    assert lab.until(lambda: stream.exit_code() is not None)
    assert stream.exit_code() == 4
    stream.close()


def test_a_conversation_is_closed_from_another_thread(lab: Lab) -> None:
    stream = lab.engine.exec_stream(lab.run(), ["cat"], tty=False, stdin=True)
    reader = threading.Thread(target=everything, args=(stream,))
    reader.start()

    stream.close()

    reader.join(10)
    assert not reader.is_alive()


# --- counters -----------------------------------------------------------------------------------


def test_counters_of_a_running_container(lab: Lab) -> None:
    name = lab.run(memory=64 << 20, nano_cpus=500_000_000)

    def used() -> int:
        stats = lab.engine.stats(name)
        return stats.cpu_nanoseconds if stats else 0

    assert lab.until(used) > 0
    stats = lab.engine.stats(name)
    assert stats is not None
    assert stats.memory_limit == 64 << 20
    assert 0 < stats.memory_working_set <= stats.memory_usage <= stats.memory_limit
    assert stats.time > 0


def test_what_does_not_run_has_no_counters(lab: Lab) -> None:
    ended = lab.run(script="true")
    lab.ended(ended)

    assert lab.engine.stats(ended) is None
    assert lab.engine.stats(lab.name("nobody")) is None


# --- events -------------------------------------------------------------------------------------


class Listener:
    """Events as they come, heard by a thread of its own."""

    def __init__(self, lab: Lab, since: float = 0.0) -> None:
        self.events: list[EngineEvent] = []
        self.stream = lab.engine.events(lab.labels, since)
        self.thread = threading.Thread(target=lambda: self.events.extend(self.stream))
        self.thread.start()

    def actions(self) -> list[str]:
        return [event.action for event in self.events]

    def close(self) -> None:
        self.stream.close()
        self.thread.join(10)
        assert not self.thread.is_alive()


def test_events_tell_of_start_end_and_removal(lab: Lab) -> None:
    listener = Listener(lab)
    name = lab.run(script="sleep 0.2; exit 3", labels={LABEL_GROUP: "eci-1"})
    info = lab.ended(name)
    lab.engine.remove(name)

    lab.until(lambda: "destroy" in listener.actions())
    listener.close()

    assert listener.actions() == ["start", "die", "destroy"]
    die = listener.events[1]
    assert (die.name, die.container_id, die.exit_code) == (name, info.id, 3)
    assert die.labels[LABEL_GROUP] == "eci-1"
    assert abs(die.time - info.finished_at) < 1


def test_events_since_a_time(lab: Lab) -> None:
    early = lab.ended(lab.run("a", "sleep 0.2"))
    late = lab.ended(lab.run("b", "sleep 0.2"))

    listener = Listener(lab, since=early.finished_at + 0.1)
    lab.until(lambda: "die" in listener.actions())
    listener.close()

    assert {event.container_id for event in listener.events} == {late.id}


def test_a_memory_limit_is_a_limit(lab: Lab) -> None:
    listener = Listener(lab)
    name = lab.run(
        script="tail /dev/zero", memory=16 << 20, environment={"ECI_SIM_OOM": "true"}, nano_cpus=1_000_000_000
    )

    info = lab.ended(name)
    lab.until(lambda: "die" in listener.actions())
    listener.close()

    assert (info.exit_code, info.oom_killed) == (137, True)
    assert listener.actions()[:3] == ["start", "oom", "die"]


def test_events_of_others_are_not_heard(lab: Lab) -> None:
    listener = Listener(lab)
    lab.token, labels = lab.name("other"), lab.labels
    lab.labels = {next(iter(labels)): lab.token}
    lab.ended(lab.run("a", "true"))
    lab.clean_up()
    lab.labels = labels
    lab.ended(lab.run("b", "true"))

    lab.until(lambda: "die" in listener.actions())
    listener.close()

    assert {event.name for event in listener.events} == {lab.name("b")}


def test_what_a_container_has_written(lab: Lab) -> None:
    name = lab.run(script="echo 12345 > /root/f; sleep 1000")

    lab.until(lambda: lab.engine.written_bytes(name) >= 6)

    assert lab.engine.written_bytes(lab.name("nobody")) == 0
