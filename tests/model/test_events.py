"""Events: counted when they repeat, the newest fifty kept, each with a name of its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.model import events
from eci_emulator.model.events import MAX_EVENTS, Event, fold


def test_a_text_is_filled_in() -> None:
    event = events.PULLED.at(5.0, image="a:1", seconds=6.6041, size=45452319)
    assert event.message == (
        'Successfully pulled image "a:1" in 6.604s (6.604s including waiting). Image size: 45452319 bytes.'
    )
    assert (event.reason, event.type, event.source) == ("Pulled", "Normal", "kubelet")


def test_the_same_again_is_counted_and_moves_to_the_end() -> None:
    told: list[Event] = []
    for at in (1.0, 2.0, 3.0):
        told = fold(told, events.BACKOFF.at(at))
        told = fold(told, events.STARTED.at(at, container=f"c{at:g}"))
    told = fold(told, events.BACKOFF.at(4.0))
    assert [event.reason for event in told] == ["Started", "Started", "Started", "BackOff"]
    assert (told[-1].count, told[-1].first_timestamp, told[-1].last_timestamp) == (4, 1.0, 4.0)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), max_size=120))
def test_names_differ_and_no_more_than_fifty_are_kept(happened: list[tuple[int, int]]) -> None:
    """Many may happen at the same moment while the clock stands still: their names come from the time."""
    told: list[Event] = []
    now = 1_800_000_000.0
    recent: list[int] = []
    for number, later in happened:
        now += later
        told = fold(told, events.STARTED.at(now, container=number))
        recent = [n for n in recent if n != number] + [number]
    assert [event.message for event in told] == [f"Started container {n}" for n in recent[-MAX_EVENTS:]]
    assert len({round(event.first_timestamp * 1e6) for event in told}) == len(told)
    assert all(event.first_timestamp <= event.last_timestamp + 1e-3 for event in told)
