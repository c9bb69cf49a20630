from __future__ import annotations

from decimal import Decimal

import pytest

from eci_emulator.market import catalogue
from eci_emulator.market.offers import Bid, bid, gpu_unused, offers
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerSpec, GroupSpec

CATALOGUE = catalogue.load()
WIDE = CATALOGUE.region("cn-hangzhou")
NARROW = CATALOGUE.region("cn-hongkong")


def spec(gpu: int = 0, cpu: float = 0, memory: float = 0, **fields: object) -> GroupSpec:
    container = ContainerSpec(name="c", image="x", gpu=gpu, cpu=cpu, memory=memory)
    return GroupSpec(name="g", containers=[container], **fields)


def names(group: GroupSpec, region=WIDE) -> list[str]:
    return [offer.name for offer in offers(group, CATALOGUE, region)]


def test_a_size_is_one_offer():
    assert names(spec(cpu=7, memory=13)) == ["8-14Gi"]
    assert names(spec(cpu=7, memory=13), NARROW) == ["8-16Gi"]


def test_listed_types_keep_their_order():
    assert names(spec(instance_type="ecs.c6.xlarge, 2-4Gi,ecs.g7.large")) == [
        "ecs.c6.xlarge",
        "2-4Gi",
        "ecs.g7.large",
    ]


def test_a_listed_size_is_rounded():
    assert names(spec(instance_type="7-13Gi")) == ["8-14Gi"]


def test_listed_types_that_cannot_hold_the_containers_are_left_out():
    assert names(spec(cpu=4, memory=8, instance_type="ecs.c6.large,ecs.c6.xlarge")) == ["ecs.c6.xlarge"]
    with pytest.raises(errors.InvalidSize):
        names(spec(cpu=4, memory=8, instance_type="ecs.c6.large"))


def test_six_types_are_too_many():
    with pytest.raises(errors.LengthExceeded):
        names(spec(instance_type=",".join(["2-4Gi"] * 6)))


def test_an_unknown_type():
    with pytest.raises(errors.InvalidInstanceType):
        names(spec(instance_type="2-4Gi,ecs.t6-c1m1.large"))


@pytest.mark.parametrize(
    "other", ["ecs.gn6i-c4g1.xlarge", "ecs.g8y.large", "ecs.i3.xlarge"], ids=["gpu", "arm", "local-disk"]
)
@pytest.mark.parametrize("plain", ["2-4Gi", "ecs.c6.large"])
def test_kinds_that_do_not_mix(plain, other):
    with pytest.raises(errors.EciError, match="conflict occurs") as caught:
        names(spec(instance_type=f"{plain},{other}"))
    assert caught.value.code == "FeatureBasedConstraintConflict"


def test_equal_kinds_mix():
    assert len(names(spec(instance_type="ecs.g8y.large,ecs.c8y.large"))) == 2


@pytest.mark.parametrize(
    ("architecture", "kind"),
    [("ARM64", "ecs.c6.large"), ("AMD64", "ecs.c8y.large"), ("X86_64", "ecs.c8y.large")],
)
def test_architecture_and_type_must_agree(architecture, kind):
    with pytest.raises(errors.EciError) as caught:
        names(spec(instance_type=kind, cpu_architecture=architecture))
    assert caught.value.code == "InstanceTypeNotMatchCpuArch"


def test_arm_by_size_is_bought_as_a_type():
    found = offers(spec(cpu=2, memory=4, cpu_architecture="ARM64"), CATALOGUE, WIDE)
    assert found[0].name == "ecs.c8y.large"
    assert len(found) == 5


def test_categories_in_the_order_named():
    found = offers(spec(cpu=2, memory=4, compute_categories=["general", "economy"]), CATALOGUE, WIDE)
    assert [(offer.name, offer.category) for offer in found] == [("2-4Gi", "general"), ("2-4Gi", "economy")]


def test_a_category_that_has_no_such_size_is_left_out():
    found = offers(spec(cpu=16, memory=32, compute_categories=["economy", "general"]), CATALOGUE, WIDE)
    assert [offer.category for offer in found] == ["general"]
    with pytest.raises(errors.InvalidSize):
        names(spec(cpu=16, memory=32, compute_categories=["economy"]))


def test_general_starts_at_one_vcpu():
    assert names(spec(cpu=0.25, memory=0.5, compute_categories=["general"])) == ["1-2Gi"]


@pytest.mark.parametrize("fields", [{"spot_strategy": "SpotAsPriceGo"}, {"cpu_architecture": "ARM64"}])
def test_categories_exclude_spot_and_arm(fields):
    with pytest.raises(errors.EciError) as caught:
        names(spec(compute_categories=["economy"], **fields))
    assert caught.value.code == "FeatureBasedConstraintConflict"


def test_an_unknown_category():
    with pytest.raises(errors.InvalidValue):
        names(spec(compute_categories=["luxury"]))


def test_an_ecs_type_silences_the_category():
    assert names(spec(instance_type="ecs.c6.large", compute_categories=["economy"])) == ["ecs.c6.large"]


def test_spot_sizes():
    assert names(spec(cpu=1, memory=2, spot_strategy="SpotAsPriceGo")) == ["2-2Gi"]
    with pytest.raises(errors.InvalidSpotSize):
        names(spec(cpu=65, memory=2, spot_strategy="SpotAsPriceGo"))


@pytest.mark.parametrize(("gpu", "kind"), [(2, "ecs.gn6i-c4g1.xlarge"), (1, "ecs.c6.large"), (1, "")])
def test_more_gpus_than_the_type_has(gpu, kind):
    with pytest.raises(errors.EciError) as caught:
        names(spec(gpu=gpu, instance_type=kind))
    assert caught.value.code == "FeatureBasedConstraintConflict"


def test_types_without_the_gpus_that_a_container_needs_are_passed_over():
    found = names(spec(gpu=1, instance_type="ecs.c6.large,ecs.gn6i-c4g1.xlarge,2-4Gi"))
    assert found == ["ecs.gn6i-c4g1.xlarge"]


def test_a_gpu_type_without_a_container_that_uses_it():
    kind = CATALOGUE.types["ecs.gn6i-c4g1.xlarge"]
    assert gpu_unused(spec(), kind.gpu)
    assert not gpu_unused(spec(gpu=1), kind.gpu)
    assert not gpu_unused(spec(), 0)


def test_bids():
    assert bid(spec()) is None
    assert bid(spec(spot_strategy="NoSpot", spot_price_limit=1.0)) is None
    assert bid(spec(spot_strategy="SpotAsPriceGo")) == Bid(None, 1)
    limited = spec(spot_strategy="SpotWithPriceLimit", spot_price_limit=0.123, spot_duration=0)
    assert bid(limited) == Bid(Decimal("0.123"), 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"spot_strategy": "SpotWithPriceLimit"},
        {"spot_strategy": "SpotWithPriceLimit", "spot_price_limit": 0.1234},
        {"spot_strategy": "SpotWithPriceLimit", "spot_price_limit": -1.0},
        {"spot_strategy": "SpotAsPriceGo", "spot_duration": 2},
        {"spot_strategy": "Cheap"},
    ],
)
def test_bad_bids(fields):
    with pytest.raises(errors.InvalidValue):
        bid(spec(**fields))
