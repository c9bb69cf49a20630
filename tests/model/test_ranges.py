"""Ranges made up for what nobody created, when there are few left."""

from __future__ import annotations

import pytest

from eci_emulator.model.ranges import NoRangeLeft, holds, invented_vpc_cidr, invented_vswitch_cidr

SIXTEENTHS = [f"10.64.{16 * n}.0/20" for n in range(16)]
VPCS = [f"10.{n}.0.0/16" for n in range(64, 192)]


def test_vswitches_have_a_range_each_and_then_share() -> None:
    made: list[str] = []
    for _ in range(48):
        made.append(invented_vswitch_cidr("10.64.0.0/16", made))
    assert made[:16] == SIXTEENTHS
    assert sorted(made) == sorted(SIXTEENTHS * 3)


def test_a_vswitch_is_the_same_as_those_of_the_other_vpc_or_apart_from_them() -> None:
    assert invented_vswitch_cidr("10.64.0.0/16", [], ["10.64.1.0/24", SIXTEENTHS[1]]) == SIXTEENTHS[1]
    with pytest.raises(NoRangeLeft):
        invented_vswitch_cidr("10.64.0.0/16", [], ["10.64.0.0/17", "10.64.128.0/17"])


def test_vpcs_have_a_range_each_and_then_share() -> None:
    first = invented_vpc_cidr("me", [])
    second = invented_vpc_cidr("me", ["fd00::/8", "10.0.0.0/12"], [first])
    assert second != first
    assert invented_vpc_cidr("me", [], ["10.0.0.0/8"], [first]) == second  # a wide VPC, of one vSwitch
    assert invented_vpc_cidr("me", [], VPCS, VPCS) == first
    networks = [f"10.{n}.0.0/17" for n in range(64, 192)]
    networks[7] = VPCS[7]
    assert invented_vpc_cidr("me", [], VPCS, networks) == VPCS[7]
    with pytest.raises(NoRangeLeft):
        invented_vpc_cidr("me", [VPCS[7]], VPCS, networks)


@pytest.mark.parametrize(
    ("address", "held"),
    [
        ("10.0.0.2", False),
        ("10.0.0.3", True),
        ("10.0.0.253", True),
        ("10.0.0.254", False),
        ("10.0.1.3", False),
    ]
    + [(text, False) for text in ("", "10.0.0", "10.0.0.03", "::a00:9", "10.0.0.9/24")],
)
def test_what_a_vswitch_can_give(address: str, held: bool) -> None:
    assert holds("10.0.0.0/24", address) is held
