"""Products that share one address are told apart by version, by path, or by who knows the action."""

from __future__ import annotations

import pytest

from eci_emulator.gateway.dialect import read_call
from eci_emulator.gateway.products import Products
from eci_emulator.model import errors


def document(title: str, *operations: str, **extensions: object) -> dict[str, object]:
    paths = {f"/{operation}": {"post": {"operationId": operation}} for operation in operations}
    return {"info": {"title": title, "version": "2018-08-08"}, "paths": paths, **extensions}


PRODUCTS = Products(
    [
        document("Elastic Container Instance", "DescribeRegions", "CreateContainerGroup"),
        document(
            "Neighbours",
            "vpc.CreateVpc",
            "vpc.DeleteVpc",
            "ecs.DescribeRegions",
            **{
                "x-products": {
                    "vpc": {"name": "Vpc", "version": "2016-04-28"},
                    "ecs": {"name": "Ecs", "version": "2014-05-26"},
                }
            },
        ),
    ]
)


def meant(target: str) -> str:
    path, _, query = target.partition("?")
    return PRODUCTS.operation(read_call("POST", path, query.encode(), [], b"")).id


@pytest.mark.parametrize(
    ("target", "operation"),
    [
        ("/?Action=DescribeRegions&Version=2018-08-08", "DescribeRegions"),
        ("/?Action=DescribeRegions&Version=2014-05-26", "ecs.DescribeRegions"),
        ("/?Action=DescribeRegions", "DescribeRegions"),
        ("/ecs/DescribeRegions", "ecs.DescribeRegions"),
        ("/?Action=CreateVpc&Version=2016-04-28", "vpc.CreateVpc"),
        ("/?Action=CreateVpc", "vpc.CreateVpc"),
        ("/CreateVpc", "vpc.CreateVpc"),
        ("/CreateContainerGroup", "CreateContainerGroup"),
    ],
)
def test_which_operation_a_call_means(target: str, operation: str) -> None:
    assert meant(target) == operation


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("/", errors.ActionNotFound),
        ("/?Action=CreateNothing", errors.ActionNotFound),
        ("/?Action=CreateNothing&Version=2018-08-08", errors.ActionNotFound),
        ("/?Action=CreateVpc&Version=2018-08-08", errors.ActionNotFound),
        ("/?Action=CreateVpc&Version=2000-01-01", errors.InvalidVersion),
        ("/vpc/CreateVpc?Version=2014-05-26", errors.InvalidVersion),
        ("/?Action=CreateNothing&Version=2000-01-01", errors.ActionNotFound),
        ("/oss/CreateVpc", errors.ProductNotFound),
    ],
)
def test_calls_that_mean_nothing(target: str, error: type[errors.EciError]) -> None:
    with pytest.raises(error):
        meant(target)


def test_an_action_a_neighbour_does_not_have_is_named_beside_those_it_has() -> None:
    with pytest.raises(errors.ActionNotFound) as refused:
        meant("/?Action=CreateNatGateway&Version=2016-04-28")
    assert refused.value.http_status == 404
    assert "CreateNatGateway of Vpc 2016-04-28" in refused.value.message
    assert "CreateVpc, DeleteVpc" in refused.value.message
