from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eci_emulator.market import catalogue, sizes
from eci_emulator.market.offers import offers
from eci_emulator.market.sizes import Size
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerSpec, EnvironmentVar, GroupSpec

CATALOGUE = catalogue.load()
TABLE = CATALOGUE.sizes
NARROW, WIDE, SPOT = TABLE.sold(), TABLE.sold(wide=True), TABLE.sold(spot=True)


def spec(*containers: tuple[float, float], **fields: object) -> GroupSpec:
    made = [
        ContainerSpec(name=f"c{i}", image="x", cpu=cpu, memory=memory)
        for i, (cpu, memory) in enumerate(containers)
    ]
    return GroupSpec(name="g", containers=made, **fields)


def bought(group: GroupSpec) -> Size:
    """What a group gets where the finer table is not sold."""
    region = next(region for region in CATALOGUE.regions.values() if not region.wide)
    return offers(group, CATALOGUE, region)[0].size


@pytest.mark.parametrize(
    ("asked", "wide", "narrow"),
    [
        ((7, 13), (8, 14), (8, 16)),
        ((4.25, 8.5), (6, 10), (8, 16)),
        ((0.1, 0.1), (0.25, 0.5), (0.25, 0.5)),
        ((0.25, 1.5), (0.5, 2), (0.5, 2)),
        ((2, 5), (2, 6), (2, 8)),
        ((6, 48), (6, 48), (8, 64)),
        ((8, 63), (8, 64), (8, 64)),
        ((33, 1), (52, 96), (52, 96)),
        ((1, 300), (52, 384), (52, 384)),
        ((64, 512), (64, 512), (64, 512)),
    ],
)
def test_round_up(asked, wide, narrow):
    assert sizes.round_up(Size(*asked), WIDE) == Size(*wide)
    assert sizes.round_up(Size(*asked), NARROW) == Size(*narrow)


def test_nothing_so_big():
    assert sizes.round_up(Size(65, 1), WIDE) is None
    assert sizes.round_up(Size(1, 513), WIDE) is None


def test_spot_starts_at_two_vcpus():
    assert sizes.round_up(Size(0.5, 1), SPOT) == Size(2, 2)
    assert sizes.round_up(Size(2, 6), SPOT) == Size(2, 8), "the finer table is not sold as spot"


def test_categories():
    assert set(TABLE.sold(wide=True, category="economy")) == {0.25, 0.5, 1, 2, 4, 6, 8}
    assert min(TABLE.sold(category="general")) == 1
    assert max(TABLE.sold(category="general")) == 64


sold = st.sampled_from([NARROW, WIDE, SPOT])


@given(st.floats(0.01, 64), st.floats(0.01, 512), sold)
def test_round_up_is_the_least_that_fits(cpu, memory, table):
    every = [Size(c, m) for c in table for m in table[c]]
    fitting = [size for size in every if size.cpu >= cpu and size.memory >= memory]
    assert sizes.round_up(Size(cpu, memory), table) == min(fitting, default=None)


@given(st.floats(0.01, 64), st.floats(0.01, 512), sold)
def test_rounding_twice_is_rounding_once(cpu, memory, table):
    once = sizes.round_up(Size(cpu, memory), table)
    assert once is None or sizes.round_up(once, table) == once


def test_nothing_given_is_the_default():
    assert bought(spec((0, 0))) == Size(2, 4)


def test_sum_of_containers():
    assert bought(spec((1, 2), (0.5, 1.5))) == Size(2, 4)


def test_tenths_add_up():
    assert bought(spec((0.7, 1), (0.2, 0.5), (0.1, 0.5))) == Size(1, 2)


def test_groups_own_size_wins():
    assert bought(spec((0.25, 0.5), cpu=2.0, memory=8.0)) == Size(2, 8)


def test_a_single_number_brings_the_other():
    assert bought(spec((0, 0), cpu=4.0)) == Size(4, 8)
    assert bought(spec((0, 0), memory=4.0)) == Size(2, 4)
    assert bought(spec((1, 3))) == Size(1, 4)
    assert bought(spec((1, 3), cpu=2.0)) == Size(2, 4), "memory comes from the containers"


def test_init_containers_need_the_most_not_the_sum():
    init = [ContainerSpec(name=f"i{i}", image="x", cpu=2, memory=2) for i in range(3)]
    assert bought(spec((1, 4), init_containers=init)) == Size(2, 4)


def test_an_ignored_container_does_not_count():
    group = spec((1, 2), (4, 8))
    group.containers[1].environment_vars = [EnvironmentVar(key=sizes.IGNORE, value="true")]
    assert bought(group) == Size(1, 2)


@pytest.mark.parametrize(
    "group",
    [
        spec((65, 1)),
        spec((1, 1), cpu=2.0, memory=1000.0),
        spec((3, 4), cpu=2.0, memory=4.0),
        spec((0, 0), cpu=-1.0),
    ],
)
def test_impossible(group):
    with pytest.raises(errors.InvalidSize):
        bought(group)


def test_names():
    assert str(Size(0.25, 0.5)) == "0.25-0.5Gi"
    assert str(Size(2, 4)) == "2-4Gi"
