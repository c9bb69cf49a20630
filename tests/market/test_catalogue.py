from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from eci_emulator.market import catalogue, regions
from eci_emulator.market.instance_types import Kind
from eci_emulator.market.sizes import Size
from eci_emulator.model import errors

CATALOGUE = catalogue.load()


def test_regions():
    hangzhou = CATALOGUE.region("cn-hangzhou")
    assert hangzhou.code == "bp1"
    assert hangzhou.endpoint == "eci.cn-hangzhou.aliyuncs.com"
    assert hangzhou.zone_ids[0] == "cn-hangzhou-b"
    assert hangzhou.recommended_zone_ids == ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"]


def test_zones_of_numbered_regions_have_no_dash():
    assert CATALOGUE.region("us-west-1").zone_ids == ["us-west-1a", "us-west-1b"]


def test_zone_lookup():
    assert CATALOGUE.zones["ap-southeast-1c"].id == "ap-southeast-1"


def test_codes_and_zones_are_told_apart():
    assert len({region.code for region in CATALOGUE.regions.values()}) == len(CATALOGUE.regions) == 35
    assert all(len(region.code) == 3 for region in CATALOGUE.regions.values())
    assert len(CATALOGUE.zones) == sum(len(region.zones) for region in CATALOGUE.regions.values())
    assert all(set(region.recommended) <= set(region.zones) for region in CATALOGUE.regions.values())


def test_describe():
    shown = msgspec.to_builtins(regions.describe(CATALOGUE.region("us-west-1")))
    assert shown == {
        "RegionId": "us-west-1",
        "RegionEndpoint": "eci.us-west-1.aliyuncs.com",
        "Zones": ["us-west-1a", "us-west-1b"],
        "RecommendZones": ["us-west-1a"],
    }


def test_unknown_region():
    with pytest.raises(errors.NotFound, match="mars-1"):
        CATALOGUE.region("mars-1")


def test_types_by_rule():
    kind = CATALOGUE.instance_type("ecs.c6.xlarge")
    assert (kind.cpu, kind.memory, kind.price, kind.family) == (4, 8, Decimal("0.78"), "ecs.c6")
    assert CATALOGUE.instance_type("ecs.u1-c1m4.2xlarge").size == Size(8, 32)
    assert CATALOGUE.instance_type("ecs.u1-c1m4.2xlarge").family == "ecs.u1"


def test_types_by_name():
    kind = CATALOGUE.instance_type("ecs.gn6i-c4g1.xlarge")
    assert (kind.kind, kind.gpu, kind.size) == (Kind.GPU, 1, Size(4, 15))


@pytest.mark.parametrize("name", ["ecs.t5-lc1m1.small", "ecs.c6", "c6.large", ""])
def test_unsold_type(name):
    with pytest.raises(errors.InvalidInstanceType):
        CATALOGUE.instance_type(name)


def test_gpu_types_have_gpus_and_others_have_not():
    assert all((kind.gpu > 0) == (kind.kind is Kind.GPU) for kind in CATALOGUE.types.values())
    assert all(kind.price > 0 for kind in CATALOGUE.types.values())


def test_families_promised():
    promised = {
        *(
            "ecs.g5",
            "ecs.g6",
            "ecs.g7",
            "ecs.g8i",
            "ecs.c5",
            "ecs.c6",
            "ecs.c7",
            "ecs.c8i",
            "ecs.r5",
            "ecs.r6",
        ),
        *(
            "ecs.r7",
            "ecs.r8i",
            "ecs.u1",
            "ecs.e",
            "ecs.ic5",
            "ecs.hfc6",
            "ecs.d1",
            "ecs.d1ne",
            "ecs.i2",
            "ecs.i2g",
        ),
        *("ecs.i3", "ecs.i4", "ecs.re6", "ecs.g8y", "ecs.c8y", "ecs.r8y", "ecs.sgn7i-vws", "ecs.vgn7i-vws"),
        *("ecs.vgn6i-vws", "ecs.gn7e", "ecs.gn7i", "ecs.gn7s", "ecs.gn7", "ecs.gn6v", "ecs.gn6e", "ecs.gn6i"),
        *("ecs.gn5i", "ecs.gn5", "ecs.gn8ia", "ecs.gn8is"),
    }
    assert promised <= {kind.family for kind in CATALOGUE.types.values()}


def test_every_spot_size_has_a_type_that_stands_for_it():
    table = CATALOGUE.sizes.sold(spot=True)
    assert {Size(cpu, memory) for cpu in table for memory in table[cpu]} <= set(CATALOGUE.spot_types)
    assert all(kind.kind is Kind.CPU for kind in CATALOGUE.spot_types.values())


def test_a_users_file_replaces_the_packaged_one(tmp_path):
    (tmp_path / "regions.yaml").write_text("[{id: lab, code: lab, zones: [a]}]")
    own = catalogue.load(tmp_path)
    assert list(own.regions) == ["lab"]
    assert own.types == CATALOGUE.types


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "regions.yaml").write_text("[{id: lab}]")
    with pytest.raises(msgspec.ValidationError, match=r"regions\.yaml.*code"):
        catalogue.load(tmp_path)
