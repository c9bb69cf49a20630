"""What a run consists of."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from eci_emulator.settings import PREFIX, Settings, load
from eci_emulator.supervisor import engine_choice
from eci_emulator.supervisor.run import notices, run, tiers
from eci_emulator.supervisor.tree import StartError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, state_dir=tmp_path, workers=2)


def test_the_processes_in_order(settings: Settings) -> None:
    names = [[program.name for program in tier] for tier in tiers(settings)]
    assert names == [["redis"], ["api"], ["node"], ["worker-1", "worker-2"]]
    assert tiers(settings)[1][0].argv == [sys.executable, "-m", "eci_emulator.server"]


def test_with_a_redis_of_its_own_none_is_started(tmp_path: Path) -> None:
    given = load({}, state_dir=tmp_path, redis_url="redis://elsewhere")
    assert tiers(given)[0][0].name == "api"


def test_processes_get_the_settings_and_no_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECI_EMULATOR_KEYS_FILE", "/not/these")
    environ = tiers(settings)[-1][0].environ
    received = load(environ)
    assert received.keys_file is None
    assert received.redis_url == f"unix://{settings.state_dir}/redis.sock"
    assert received.workers == 2
    assert environ["PATH"] == os.environ["PATH"]
    assert all(load({name: text}) for name, text in environ.items() if name.startswith(PREFIX))


def test_auto_falls_back_to_the_simulated_engine_and_says_why(settings: Settings) -> None:
    chosen, _ = engine_choice.choose(load({}, **settings.to_dict(), engine_url="tcp://127.0.0.1:1"))
    assert chosen.engine == "simulated"
    assert chosen.engine_note == "no Docker engine answers at tcp://127.0.0.1:1: Connection refused"
    told = "\n".join(notices(chosen))
    assert "NO CONTAINER RUNS HERE" in told
    assert chosen.engine_note in told


def test_an_engine_that_was_asked_for_must_answer(settings: Settings) -> None:
    wanted = load({}, **settings.to_dict() | {"engine": "docker", "engine_url": "tcp://127.0.0.1:1"})
    with pytest.raises(StartError, match="no Docker engine answers"):
        engine_choice.choose(wanted)


def test_the_simulated_engine_is_nothing_to_warn_of_when_it_was_asked_for(tmp_path: Path) -> None:
    chosen, _ = engine_choice.choose(load({}, state_dir=tmp_path, engine="simulated"))
    assert notices(chosen) == []


@pytest.mark.docker
def test_auto_takes_docker_where_it_answers(settings: Settings) -> None:
    chosen, version = engine_choice.choose(settings)
    assert (chosen.engine, chosen.engine_note) == ("docker", "")
    assert version


def test_an_address_for_others_is_warned_of(settings: Settings) -> None:
    exposed = load({}, **settings.to_dict() | {"host": "0.0.0.0"})
    assert "WARNING: listening on 0.0.0.0" in notices(exposed)[0]


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "http://127.0.0.1", "unix:///no/redis.sock"])
def test_a_redis_that_does_not_answer_is_named_at_once(tmp_path: Path, url: str) -> None:
    with pytest.raises(StartError, match="the Redis to use does not answer"):
        run(load({}, state_dir=tmp_path, redis_url=url, engine="simulated"))
