"""The table of statuses, walked in every direction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.model.statuses import (
    BILLED,
    CHANGEABLE,
    TERMINAL,
    TRANSITIONS,
    GroupStatus,
    IllegalTransition,
    check,
)

statuses = st.sampled_from(GroupStatus)


def test_every_status_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(GroupStatus)


@given(st.lists(statuses, max_size=12))
def test_a_walk_goes_where_the_table_says_and_nowhere_else(wishes: list[GroupStatus]) -> None:
    """From Scheduling on, whatever is wished for: only what the table knows happens, and ends are final."""
    current = GroupStatus.SCHEDULING
    for wish in wishes:
        if wish is current or wish in TRANSITIONS[current]:
            assert current not in TERMINAL or wish is current
            current = check(current, wish)
            assert current is wish
        else:
            with pytest.raises(IllegalTransition, match=f"{current} -> {wish}"):
                check(current, wish)


def test_every_status_can_be_reached_and_all_but_the_ends_left() -> None:
    reached = {GroupStatus.SCHEDULING}
    while more := {new for status in reached for new in TRANSITIONS[status]} - reached:
        reached |= more
    assert reached == set(GroupStatus)
    dead_ends = {status for status, following in TRANSITIONS.items() if not following}
    assert dead_ends == TERMINAL | {GroupStatus.TERMINATING}


def test_changes_begin_in_pending_and_running_only() -> None:
    for change in (GroupStatus.RESTARTING, GroupStatus.UPDATING):
        assert {status for status in GroupStatus if change in TRANSITIONS[status]} == CHANGEABLE


def test_ends_and_scheduling_are_free_and_everything_else_is_paid() -> None:
    assert set(GroupStatus) - BILLED == TERMINAL | {GroupStatus.SCHEDULING}
