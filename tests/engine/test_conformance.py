"""What every engine driver promises about containers, networks and volumes."""

from __future__ import annotations

import pytest

from eci_emulator.engine.driver import (
    LABEL_CONTAINER,
    LABEL_GROUP,
    AddressInUse,
    EngineError,
    ImageNotFound,
    Mount,
    NotFound,
    StartFailed,
)

from .lab import Lab


def test_the_engine_says_what_it_is(lab: Lab) -> None:
    fingerprint = lab.engine.fingerprint()

    assert fingerprint.driver in ("docker", "simulated")
    assert fingerprint.version
    assert fingerprint.cpus >= 1
    assert fingerprint.memory > 1 << 28


# --- create and start ---------------------------------------------------------------------------


def test_creating_what_exists_gives_it_back(lab: Lab) -> None:
    first = lab.engine.create(lab.config())

    assert lab.engine.create(lab.config()) == first
    assert [info.id for info in lab.engine.list_containers(lab.labels)] == [first]


def test_a_name_that_belongs_to_another_container_is_refused(lab: Lab) -> None:
    lab.engine.create(lab.config(labels={LABEL_GROUP: "eci-1"}))

    with pytest.raises(EngineError, match="in use"):
        lab.engine.create(lab.config(labels={LABEL_GROUP: "eci-2"}))


def test_creating_from_a_missing_image(lab: Lab) -> None:
    with pytest.raises(ImageNotFound):
        lab.engine.create(lab.config(image="localhost/nothing/like/this:1"))


def test_a_created_container_has_not_started(lab: Lab) -> None:
    identity = lab.engine.create(lab.config())

    info = lab.engine.inspect(lab.name("a"))

    assert info is not None
    assert (info.id, info.name, info.phase, info.image) == (identity, lab.name("a"), "created", lab.image)
    assert (info.exit_code, info.started_at, info.finished_at) == (None, 0.0, 0.0)
    assert info.labels == lab.config().labels


def test_a_running_container(lab: Lab) -> None:
    info = lab.engine.inspect(lab.run())

    assert info is not None
    assert (info.phase, info.exit_code, info.finished_at) == ("running", None, 0.0)
    assert info.started_at > 0


@pytest.mark.parametrize("code", [0, 3])
def test_a_container_that_ends_by_itself(lab: Lab, code: int) -> None:
    info = lab.ended(lab.run(script=f"sleep 0.2; exit {code}"))

    assert info.exit_code == code
    assert info.finished_at > info.started_at
    assert not info.oom_killed


def test_starting_twice_runs_once(lab: Lab) -> None:
    name = lab.run(script="echo once; sleep 1000")
    lab.said(name, b"once")

    lab.engine.start(name)

    assert lab.engine.logs(name) == b"once\n"


def test_what_has_ended_is_not_run_again(lab: Lab) -> None:
    name = lab.run(script="echo once")
    first = lab.ended(name)

    lab.engine.start(name)

    assert lab.ended(name) == first
    assert lab.engine.logs(name) == b"once\n"


def test_starting_what_is_not_there(lab: Lab) -> None:
    with pytest.raises(NotFound):
        lab.engine.start(lab.name("nobody"))


def test_a_start_that_fails_says_why(lab: Lab) -> None:
    config = lab.config(command=["/no/such/program"], environment={"ECI_SIM_START_ERROR": "/no/such/program"})
    lab.engine.create(config)

    with pytest.raises(StartFailed, match="/no/such/program"):
        lab.engine.start(config.name)

    info = lab.engine.inspect(config.name)
    assert info is not None
    assert (info.phase, info.exit_code) == ("created", 127)
    assert "/no/such/program" in info.error


def test_the_entrypoint_comes_before_the_command(lab: Lab) -> None:
    name = lab.run(entrypoint=["echo", "one"], command=["two"])

    lab.ended(name)

    assert lab.engine.logs(name) == b"one two\n"


def test_environment_and_hostname(lab: Lab) -> None:
    name = lab.run(
        script="echo \"$COLOUR and ${SIZE}\" '$COLOUR'; hostname",
        environment={"COLOUR": "light blue", "SIZE": "1"},
        hostname="my-group",
    )

    lab.ended(name)

    assert lab.engine.logs(name) == b"light blue and 1 $COLOUR\nmy-group\n"


# --- signals and removal ------------------------------------------------------------------------


def test_a_signal_is_handed_to_the_main_process(lab: Lab) -> None:
    name = lab.run(script="trap 'exit 7' TERM; echo ready; sleep 1000 & wait")
    lab.said(name, b"ready")

    lab.engine.signal(name, "TERM")

    assert lab.ended(name).exit_code == 7


def test_a_container_that_ignores_sigterm_is_ended_by_sigkill(lab: Lab) -> None:
    name = lab.run(script="trap '' TERM; echo ready; sleep 1000")
    lab.said(name, b"ready")

    lab.engine.signal(name, "SIGTERM")
    info = lab.engine.inspect(name)
    assert info is not None
    assert info.phase == "running"

    lab.engine.signal(name, "SIGKILL")
    assert lab.ended(name).exit_code == 137


def test_a_signal_to_what_has_ended_or_gone_is_no_error(lab: Lab) -> None:
    name = lab.run(script="exit 4")
    lab.ended(name)

    lab.engine.signal(name, "KILL")
    lab.engine.signal(lab.name("nobody"), "KILL")

    assert lab.ended(name).exit_code == 4


def test_removing_what_runs_and_what_is_gone(lab: Lab) -> None:
    name = lab.run()

    lab.engine.remove(name)
    lab.engine.remove(name)

    assert lab.engine.inspect(name) is None
    assert lab.engine.list_containers(lab.labels) == []


def test_a_removed_name_is_free_again(lab: Lab) -> None:
    name = lab.run(script="exit 1")
    lab.ended(name)
    lab.engine.remove(name)

    assert lab.ended(lab.run(script="exit 2")).exit_code == 2


def test_listing_by_labels(lab: Lab) -> None:
    lab.run("a", labels={LABEL_GROUP: "eci-1"})
    lab.engine.create(lab.config("b", labels={LABEL_GROUP: "eci-1"}))
    lab.ended(lab.run("c", "true", labels={LABEL_GROUP: "eci-2"}))

    def listed(**labels: str) -> list[str]:
        wanted = {f"eci-emulator.{name}": value for name, value in labels.items()}
        found = lab.engine.list_containers({**lab.labels, **wanted})
        return sorted(info.labels[LABEL_CONTAINER] for info in found)

    assert listed() == ["a", "b", "c"]
    assert listed(group="eci-1") == ["a", "b"]
    assert listed(group="") == ["a", "b", "c"]
    assert listed(group="eci-1", container="b") == ["b"]
    assert listed(group="eci-3") == []


# --- files --------------------------------------------------------------------------------------


def test_reading_files_of_a_container_that_runs_and_of_one_that_has_ended(lab: Lab) -> None:
    running = lab.run("a", "echo running > /note; sleep 1000")
    ended = lab.run("b", "echo ended > /note")
    lab.ended(ended)

    assert lab.until(lambda: lab.engine.read_file(running, "/note", limit=100)) == b"running\n"
    assert lab.engine.read_file(ended, "/note", limit=100) == b"ended\n"
    assert lab.engine.read_file(ended, "/note", limit=3) == b"end"
    assert lab.engine.read_file(ended, "/no/note", limit=3) is None


# --- networks -----------------------------------------------------------------------------------


def test_a_container_has_the_address_it_was_given(lab: Lab) -> None:
    network = lab.network("n", 1)

    info = lab.engine.inspect(lab.run(network=network, ip="10.213.1.7"))

    assert info is not None
    assert info.ip == "10.213.1.7"
    assert info.networks == {network: "10.213.1.7"}


def test_an_address_that_is_taken_is_refused_until_it_is_free(lab: Lab) -> None:
    network = lab.network("n", 1)
    first = lab.run("a", network=network, ip="10.213.1.7")

    with pytest.raises(AddressInUse):
        lab.run("b", network=network, ip="10.213.1.7")

    lab.engine.remove(first)
    lab.engine.start(lab.name("b"))
    info = lab.engine.inspect(lab.name("b"))
    assert info is not None
    assert (info.phase, info.ip) == ("running", "10.213.1.7")


def test_an_ended_container_gives_its_address_up(lab: Lab) -> None:
    network = lab.network("n", 1)
    lab.ended(lab.run("a", "exit 1", network=network, ip="10.213.1.7"))

    info = lab.engine.inspect(lab.run("b", network=network, ip="10.213.1.7"))

    assert info is not None
    assert info.phase == "running"


def test_a_network_is_made_once(lab: Lab) -> None:
    lab.network("n", 1)
    lab.network("n", 1)

    assert lab.engine.list_networks(lab.labels) == [lab.name("n")]


def test_ranges_that_others_use_are_known(lab: Lab) -> None:
    lab.network("n", 1)

    assert "10.213.1.0/24" not in lab.engine.foreign_subnets(lab.labels)
    assert "10.213.1.0/24" in lab.engine.foreign_subnets({"somebody": "else"})


def test_ranges_of_networks_do_not_overlap(lab: Lab) -> None:
    lab.network("n", 1)

    with pytest.raises(AddressInUse):
        lab.network("m", 1)
    with pytest.raises(AddressInUse):
        lab.network("n", 2)


def test_a_network_in_use_stays(lab: Lab) -> None:
    network = lab.network("n", 1)
    name = lab.run(network=network)

    with pytest.raises(EngineError, match="active endpoints"):
        lab.engine.remove_network(network)

    lab.engine.remove(name)
    lab.engine.remove_network(network)
    lab.engine.remove_network(network)
    assert lab.engine.list_networks(lab.labels) == []


def test_joining_a_container_that_does_not_run(lab: Lab) -> None:
    sandbox = lab.run("sandbox", "true")
    lab.ended(sandbox)
    config = lab.config("a", join=sandbox)
    lab.engine.create(config)

    with pytest.raises(StartFailed):
        lab.engine.start(config.name)


def test_who_joins_has_the_hostname_of_the_one_joined(lab: Lab) -> None:
    sandbox = lab.run("sandbox", hostname="my-group")
    name = lab.run("a", "hostname", join=sandbox, hostname="ignored", extra_hosts={"x": "1.2.3.4"})

    lab.ended(name)

    assert lab.engine.logs(name) == b"my-group\n"


# --- volumes ------------------------------------------------------------------------------------


def test_a_volume_is_shared(lab: Lab) -> None:
    mounts = [Mount(target="/shared", volume=lab.volume())]
    lab.run("writer", "echo hello > /shared/note; sleep 1000", mounts=mounts)
    reader = lab.run("reader", mounts=[Mount(target="/in", volume=lab.name("v"), read_only=True)])

    def read() -> bytes:
        return lab.engine.exec(reader, ["cat", "/in/note"], timeout=10, limit=100).stdout

    assert lab.until(read) == b"hello\n"


def test_files_are_put_into_a_volume(lab: Lab) -> None:
    volume = lab.volume()

    lab.engine.put_files(volume, {"etc/app.conf": (b"a = 1\n", 0o640), "empty/": (b"", 0o777)})

    name = lab.run(script="cat /config/etc/app.conf", mounts=[Mount(target="/config", volume=volume)])
    lab.ended(name)
    assert lab.engine.logs(name) == b"a = 1\n"
    assert lab.engine.read_file(name, "/config/etc/app.conf", limit=5) == b"a = 1"
    assert lab.engine.volume_usage(volume) >= 6


def test_a_large_file_is_written_piece_by_piece(lab: Lab) -> None:
    volume = lab.volume()
    steps = list(lab.engine.fill_file(volume, "deep/model", (b"ab", b"c\n"), 0o640))
    assert steps == [2, 4]
    name = lab.run(script="cat /data/deep/model", mounts=[Mount(target="/data", volume=volume)])
    lab.said(name, b"abc\n")


def test_of_a_file_that_is_not_finished_nothing_is_there(lab: Lab) -> None:
    volume = lab.volume()
    filling = lab.engine.fill_file(volume, "model", (b"ab", b"c\n"), 0o640)
    next(filling)
    filling.close()
    assert lab.engine.volume_usage(volume) == 0


def test_a_volume_is_copied(lab: Lab) -> None:
    source, target = lab.volume("source"), lab.volume("target")
    lab.engine.put_files(source, {"deep/note": (b"copied\n", 0o600)})
    list(lab.engine.copy_volume(source, target))
    name = lab.run(script="cat /data/deep/note", mounts=[Mount(target="/data", volume=target)])
    lab.said(name, b"copied\n")
    assert [info.name for info in lab.engine.list_containers(lab.labels)] == [name]


def test_a_volume_that_is_not_there_is_not_copied(lab: Lab) -> None:
    with pytest.raises(NotFound):
        list(lab.engine.copy_volume(lab.name("none"), lab.volume()))
    assert lab.engine.list_volumes(lab.labels) == [lab.name("v")]


def test_a_part_of_a_volume(lab: Lab) -> None:
    volume = lab.volume()
    lab.engine.put_files(volume, {"logs/note": (b"in\n", 0o644), "note": (b"out\n", 0o644)})

    name = lab.run(
        script="cat /a/note /dev/ending; echo done > /new/note",
        mounts=[
            Mount(target="/a", volume=volume, sub_path="logs"),
            Mount(target="/new", volume=volume, sub_path="made/on/demand"),
            Mount(target="/dev/ending", volume=volume, sub_path="note"),
        ],
    )
    lab.ended(name)

    assert lab.engine.logs(name) == b"in\nout\n"
    assert lab.engine.read_file(name, "/new/note", limit=100) == b"done\n"
    assert lab.engine.read_file(name, "/dev/ending", limit=100) == b"out\n"


@pytest.mark.parametrize("path", ["../etc", "/etc", "a/../../etc"])
def test_a_part_of_a_volume_lies_inside_it(lab: Lab, path: str) -> None:
    with pytest.raises(EngineError, match="leads out"):
        lab.run(mounts=[Mount(target="/a", volume=lab.volume(), sub_path=path)])


def test_volumes_are_made_listed_and_removed(lab: Lab) -> None:
    volume = lab.volume()
    lab.volume()
    assert lab.engine.list_volumes(lab.labels) == [volume]

    lab.engine.remove_volume(volume)
    lab.engine.remove_volume(volume)

    assert lab.engine.list_volumes(lab.labels) == []
    with pytest.raises(NotFound):
        lab.engine.put_files(volume, {"a": (b"", 0o644)})
    with pytest.raises(NotFound):
        lab.engine.volume_usage(volume)


def test_a_volume_in_use_stays(lab: Lab) -> None:
    volume = lab.volume()
    lab.run(mounts=[Mount(target="/a", volume=volume)])

    with pytest.raises(EngineError, match="in use"):
        lab.engine.remove_volume(volume)


# --- images -------------------------------------------------------------------------------------


def test_the_base_image_is_made_once(lab: Lab) -> None:
    reference = lab.engine.ensure_base_image()
    image = lab.engine.image(reference)

    assert lab.engine.ensure_base_image() == reference
    assert image is not None
    assert image == lab.engine.image(reference)
    assert image.size > 100_000
    assert (image.entrypoint, image.command) == ([], ["sh"])


@pytest.mark.parametrize("reference", ["localhost/nothing/like/this:1", "Impossible:a:b"])
def test_an_image_that_is_not_there(lab: Lab, reference: str) -> None:
    assert lab.engine.image(reference) is None
    lab.engine.remove_image(reference)


def test_an_image_is_made_of_a_container_and_removed(lab: Lab) -> None:
    name = lab.run(script="echo kept > /note")
    lab.ended(name)
    reference = f"localhost/{lab.token}:1"

    identity = lab.engine.commit(name, reference)

    image = lab.engine.image(reference)
    assert image is not None
    assert image.id == identity
    lab.engine.remove_image(reference)
    assert lab.engine.image(reference) is None


def test_files_of_a_volume_are_read(lab: Lab) -> None:
    volume = lab.volume()
    lab.engine.put_files(volume, {"a": (b"1", 0o644), "b/c": (b"22", 0o600), "b/d/": (b"", 0o755)})

    found = {path: content.read() for path, content in lab.engine.read_files(volume)}

    assert found == {"a": b"1", "b/c": b"22"}
    with pytest.raises(NotFound):
        list(lab.engine.read_files(lab.name("nobody")))
