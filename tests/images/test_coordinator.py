"""One fetch of a thing at a time, shared; every waiter gets its result; nothing is left over."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from eci_emulator.engine.driver import EngineUnavailable, ImageNotFound, PullProgress
from eci_emulator.images.coordinator import Coordinator, Running
from eci_emulator.images.fetches import Fetched, Fetches, ImageFetch

THINGS = ("a", "b")
WAITERS = ("eci-1", "eci-2", "eci-3")


class Inline(Coordinator):
    """Goes on a step whenever it is looked after."""

    def once(self) -> None:
        super().once()
        for running in self._running.values():
            running.step()

    def _begin(self, running: Running) -> None:
        pass


class World:
    """A host whose agent can be killed, waiters that can go away, and a registry of two images."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client
        self.fetches = Fetches(client, "host")
        self.alive = set(WAITERS)
        self.began: dict[str, int] = {}
        self.freshly: list[bool] = []
        self.moment = 0
        self.woken: list[str] = []
        self.asked: dict[tuple[str, str], int] = {}  # when, by those who have not collected
        self.collected: list[tuple[str, str, int, int]] = []  # waiter, thing, asked at, fetch ended at
        self.start_agent()

    def start_agent(self) -> None:
        """A new agent; the one before is dead, and the engine has noticed."""
        self.busy: list[str] = []  # the fetches that its engine is at
        self.agent = Inline(
            self.fetches, {ImageFetch: self.fetch}, wanted=self.alive.__contains__, wake=self.woken.append
        )

    def fetch(self, fetch: ImageFetch, fresh: bool) -> Generator[PullProgress, None, int]:
        busy = self.busy
        assert fetch.reference not in busy, "two fetches of a thing at a time"
        busy.append(fetch.reference)
        self.freshly.append(fresh)
        self.began[fetch.reference] = self.began.get(fetch.reference, 0) + 1
        try:
            for done in range(3):
                yield PullProgress(done=done, total=3)
        finally:
            busy.remove(fetch.reference)
        self.moment += 1
        return self.moment  # its "size": when it ended

    def ask(self, waiter: str, thing: str, fresh: bool = False) -> None:
        found = self.fetches.ask(ImageFetch(thing), waiter, fresh=fresh)
        if isinstance(found, Fetched):
            self.collected.append((waiter, thing, self.asked.pop((waiter, thing)), found.size))
        else:
            self.asked.setdefault((waiter, thing), self.moment)

    def settle(self) -> None:
        for _ in range(20):
            self.agent.once()
            for waiter, thing in list(self.asked):
                if waiter in self.alive and self.fetches.awaits(ImageFetch(thing), waiter):
                    self.ask(waiter, thing)


asking = st.tuples(st.just("ask"), st.sampled_from(WAITERS), st.sampled_from(THINGS))
others = st.tuples(st.sampled_from(["step", "kill"]), st.just(""), st.just(""))
leaving = st.tuples(st.just("leave"), st.sampled_from(WAITERS), st.just(""))


@given(events=st.lists(st.one_of(asking, asking, others, others, leaving), max_size=30))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_all_that_wait_are_served(
    redis_server: str, events: list[tuple[str, str, str]]
) -> None:
    with closing(redis.Redis(unix_socket_path=redis_server)) as client:
        client.flushall()
        world = World(client)
        for what, waiter, thing in events:
            if what == "ask" and waiter in world.alive:
                world.ask(waiter, thing)
            elif what == "step":
                world.agent.once()
            elif what == "kill":
                world.start_agent()
            elif what == "leave":
                world.alive.discard(waiter)
        world.settle()

        assert [one for one in world.asked if one[0] in world.alive] == []
        for _, _, asked, ended in world.collected:
            assert ended > asked, "a result from before it was asked for"
        assert world.busy == []
        assert world.fetches.open() == {}
        left = [key.decode() for key in client.scan_iter() if b"bell" not in key]
        assert all(key.startswith("eci:fetched:") for key in left), left  # of those who went away


def world(client: redis.Redis) -> World:
    return World(client)


def test_one_fetch_for_all_who_ask_at_once(redis_client: redis.Redis) -> None:
    here = world(redis_client)
    for waiter in WAITERS:
        here.ask(waiter, "a")
    here.agent.once()
    here.ask("eci-1", "a")  # again, while it goes on
    here.settle()
    assert here.began == {"a": 1}
    assert sorted(waiter for waiter, *_ in here.collected) == sorted(WAITERS)
    assert sorted(here.woken) == sorted(WAITERS)


def test_who_asks_after_the_end_has_it_fetched_again(redis_client: redis.Redis) -> None:
    here = world(redis_client)
    here.ask("eci-1", "a")
    here.settle()
    here.ask("eci-2", "a")
    here.settle()
    assert here.began == {"a": 2}


def test_progress_is_told(redis_client: redis.Redis) -> None:
    here = world(redis_client)
    here.ask("eci-1", "a")
    here.agent.once()
    found = here.fetches.ask(ImageFetch("a"), "eci-1")
    assert found == PullProgress(done=0, total=3)


def test_a_fetch_that_nobody_wants_is_given_up(redis_client: redis.Redis) -> None:
    here = world(redis_client)
    here.ask("eci-1", "a")
    here.ask("eci-2", "a")
    here.agent.once()
    here.alive.discard("eci-1")
    here.agent.once()
    assert here.busy == ["a"], "another one waits still"
    here.alive.discard("eci-2")
    here.agent.once()
    here.agent.once()
    assert (here.busy, here.fetches.open(), here.collected) == ([], {}, [])


def test_who_wants_it_fresh_gets_it_fresh(redis_client: redis.Redis) -> None:
    here = world(redis_client)
    here.ask("eci-1", "a")
    here.ask("eci-2", "a", fresh=True)
    here.settle()
    assert here.freshly == [True]


def test_what_went_wrong_reaches_every_waiter(redis_client: redis.Redis) -> None:
    def fail(fetch: ImageFetch, fresh: bool) -> Generator[PullProgress, None, int]:
        yield PullProgress(done=0, total=1)
        raise ImageNotFound("no such tag")

    fetches = Fetches(redis_client, "host")
    agent = Inline(fetches, {ImageFetch: fail}, wanted=lambda _: True, wake=lambda _: None)
    fetches.ask(ImageFetch("a"), "eci-1")
    agent.once()
    agent.once()
    found = fetches.ask(ImageFetch("a"), "eci-1")
    assert isinstance(found, Fetched)
    assert found.error == ("ImageNotFound", "no such tag")


def test_a_fetcher_that_is_broken_is_not_begun_again_and_again(redis_client: redis.Redis) -> None:
    def fetch(fetch: ImageFetch, fresh: bool) -> Generator[PullProgress, None, int]:
        yield PullProgress(done=0, total=1)
        raise KeyError("server")

    fetches = Fetches(redis_client, "host")
    agent = Inline(fetches, {ImageFetch: fetch}, wanted=lambda _: True, wake=lambda _: None)
    fetches.ask(ImageFetch("a"), "eci-1")
    agent.once()
    agent.once()
    found = fetches.ask(ImageFetch("a"), "eci-1")
    assert isinstance(found, Fetched)
    assert found.error == ("EngineError", "KeyError('server')")


def test_an_engine_that_is_away_is_asked_again(redis_client: redis.Redis) -> None:
    tries: list[int] = []

    def fetch(fetch: ImageFetch, fresh: bool) -> Generator[PullProgress, None, int]:
        tries.append(1)
        yield PullProgress(done=0, total=1)
        if len(tries) < 3:
            raise EngineUnavailable("restarting")
        return 7

    fetches = Fetches(redis_client, "host")
    agent = Inline(fetches, {ImageFetch: fetch}, wanted=lambda _: True, wake=lambda _: None)
    fetches.ask(ImageFetch("a"), "eci-1")
    for _ in range(9):
        agent.once()
    found = fetches.ask(ImageFetch("a"), "eci-1")
    assert isinstance(found, Fetched)
    assert (found.size, len(tries)) == (7, 3)
