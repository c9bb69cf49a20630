from __future__ import annotations

from eci_emulator.supervisor.backoff import HEALTHY, Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff()
    assert [backoff.after(0.1) for _ in range(7)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_a_healthy_run_starts_over() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after(1.0)
    assert [backoff.after(HEALTHY), backoff.after(0.0)] == [0.2, 0.4]
