"""Which of the images that were brought to a host may go again."""

from __future__ import annotations

import redis
from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.engine.driver import EngineError
from eci_emulator.images.stock import Brought, Collector, Stock, collectable

GIB = 1 << 30
HOUR = 3600.0
NOW = 1_000_000.0

images = st.lists(
    st.builds(
        Brought,
        reference=st.sampled_from("abcdefgh"),
        needed_at=st.floats(0, NOW),
        size=st.integers(0, 3 * GIB),
    ),
    unique_by=lambda image: image.reference,
)


@given(
    held=images,
    needed=st.sets(st.sampled_from("abcdefgh")),
    hours=st.floats(0, 300),
    gib=st.floats(0, 10),
)
def test_what_goes_is_unneeded_and_what_stays_fits(
    held: list[Brought], needed: set[str], hours: float, gib: float
) -> None:
    gone = collectable(held, needed, NOW, hours=hours, gib=gib)
    stays = [image for image in held if image not in gone]
    assert not {image.reference for image in gone} & needed
    unneeded = [image for image in stays if image.reference not in needed]
    if hours:
        assert all(NOW - image.needed_at < hours * HOUR for image in unneeded)
    if gib and unneeded:
        assert sum(image.size for image in stays) <= gib * GIB
    if not hours and not gib:
        assert gone == []


def test_the_longest_unneeded_go_first() -> None:
    held = [Brought("new", 300.0, GIB), Brought("old", 100.0, GIB), Brought("older", 50.0, GIB)]
    assert [image.reference for image in collectable(held, (), 400.0, hours=0, gib=2)] == ["older"]


class Engine:
    def __init__(self, *busy: str) -> None:
        self.busy = busy
        self.removed: list[str] = []

    def remove_image(self, reference: str) -> None:
        if reference in self.busy:
            raise EngineError("a container has it")
        self.removed.append(reference)


def test_time_counts_from_when_it_was_last_needed(redis_client: redis.Redis) -> None:
    engine, stock = Engine(), Stock(redis_client, "host")
    collector = Collector(engine, stock, hours=2, gib=0)  # type: ignore[arg-type]
    stock.add(Brought("a", NOW))
    collector.collect({"a"}, NOW + 3 * HOUR)
    collector.collect((), NOW + 4 * HOUR)
    assert engine.removed == []
    collector.collect((), NOW + 5 * HOUR)
    assert engine.removed == ["a"]
    assert stock.all() == []


def test_what_a_container_of_somebody_has_stays(redis_client: redis.Redis) -> None:
    engine, stock = Engine("a"), Stock(redis_client, "host")
    stock.add(Brought("a", NOW))
    Collector(engine, stock, hours=1, gib=0).collect((), NOW + 9 * HOUR)  # type: ignore[arg-type]
    assert stock.has("a")


def test_in_place_of_what_cannot_go_another_one_does(redis_client: redis.Redis) -> None:
    engine, stock = Engine("old"), Stock(redis_client, "host")
    for number, name in enumerate(("old", "middle", "new")):
        stock.add(Brought(name, NOW + number, GIB))
    Collector(engine, stock, hours=0, gib=2).collect((), NOW + 9)  # type: ignore[arg-type]
    assert engine.removed == ["middle"]
    assert {image.reference for image in stock.all()} == {"old", "new"}
