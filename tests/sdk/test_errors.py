"""The classes of refusals."""

from __future__ import annotations

import pickle
import re

import pytest

from eci_emulator.model.errors import BY_CODE
from eci_sdk import errors
from eci_sdk.errors import EciError

CLASSES = {
    "Throttling": errors.Throttling,
    "Throttling.User": errors.Throttling,
    "Throttling.Vcpu.PerDay": errors.Throttling,
    "OperationDenied.NoStock": errors.NoStock,
    "Spot.NotMatched": errors.SpotNotMatched,
    "Zone.NotOnSale": errors.ZoneNotOnSale,
    "InvalidVSwitchId.IpNotEnough": errors.IpNotEnough,
    "QuotaExceeded": errors.QuotaExceeded,
    "InvalidParameter.NotFound": errors.NotFound,
    "InvalidDiskId.NotFound": errors.NotFound,
    "InvalidAccessKeyId.NotFound": errors.AuthenticationError,
    "SignatureDoesNotMatch": errors.AuthenticationError,
    "InvalidTimeStamp.Expired": errors.AuthenticationError,
    "InvalidParameter.RestartPolicy": errors.InvalidParameter,
    "InvalidInstanceTypeForEciBuy": errors.InvalidParameter,
    "MissingParameter": errors.MissingParameter,
    "MissingRegionId": errors.MissingParameter,
    "IncorrectStatus": errors.IncorrectStatus,
    "ImageCache.IncorrectStatus": errors.IncorrectStatus,
    "OperationConflict": errors.Conflict,
    "IdempotentParameterMismatch": errors.IdempotentParameterMismatch,
    "Account.Arrearage": errors.Arrearage,
    "InvalidPaymentMethod.InsufficientBalance": errors.Arrearage,
    "Forbidden.Unauthorized": errors.Forbidden,
    "InvalidUser.PassRoleForbidden": errors.Forbidden,
    "DryRun.Success": errors.DryRunSuccess,
    "UnsupportedOperation.NotEmulated": errors.NotEmulated,
    "SomethingNew": EciError,
}


@pytest.mark.parametrize(("code", "kind"), CLASSES.items())
def test_the_class_of_a_code(code: str, kind: type[EciError]) -> None:
    assert EciError.of(code, 400) is kind


def test_what_the_emulator_knows_falls_into_the_same_kinds() -> None:
    for code, raised in BY_CODE.items():
        kind = EciError.of(code, raised.http_status)
        assert (raised.http_status >= 500 or code == "RequestTimeout") == (kind is errors.ServerError), code
        if code.endswith("NotFound") and kind is not errors.AuthenticationError:
            assert kind is errors.NotFound, code


def test_the_tree_in_the_docstring_is_complete() -> None:
    drawn = set(re.findall(r"─ (\w+)", errors.__doc__ or "")) | {"SdkError"}
    there = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and value.__module__ == errors.__name__
    }
    assert drawn == there


def test_errors_survive_a_trip_between_processes() -> None:
    error = pickle.loads(pickle.dumps(errors.NoStock("Sold out.", "OperationDenied.NoStock", 403, "R-1")))
    assert (type(error), error.code, error.request_id) == (errors.NoStock, "OperationDenied.NoStock", "R-1")
