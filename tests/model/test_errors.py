from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from eci_emulator.model import errors
from eci_emulator.model.errors import BY_CODE, EciError

FACTS = Path(__file__).parents[1] / "facts" / "eci-2018-08-08.json"
PUBLISHED = {
    (code, fact["http"], fact["message"].strip())
    for action in json.loads(FACTS.read_text("utf-8"))["actions"].values()
    for code, fact in action["errors"].items()
}


def published_form(template: str) -> str:
    return re.sub(r"\{\w+\}", "%s", template)


@pytest.mark.parametrize(("code", "status", "text"), sorted(PUBLISHED))
def test_published_error_is_here_to_the_letter(code: str, status: int, text: str) -> None:
    error = BY_CODE[code]
    assert error.http_status == status
    assert text in {published_form(template) for template in (error.template, *error.variants)}


@pytest.mark.parametrize("code", BY_CODE)
def test_every_code_can_be_raised_without_fields(code: str) -> None:
    error = BY_CODE[code]()
    assert error.code == code
    assert error.message
    assert "{" not in error.message
    assert 400 <= error.http_status <= 503


def test_fields_fill_the_text() -> None:
    assert errors.QuotaExceeded(resource="vCPU").message == "vCPU quota exceeded."
    assert errors.SpotNotMatched(reason="Too dear").message.startswith("Too dear. We recommend")


def test_a_text_of_its_own_is_taken_as_it_is() -> None:
    error = errors.IncorrectStatus("It is {Pending}.")
    assert (error.message, error.code, str(error)) == (
        "It is {Pending}.",
        "IncorrectStatus",
        "It is {Pending}.",
    )


def test_a_missing_parameter_is_in_the_code() -> None:
    error = errors.MandatoryParameter("RegionId")
    assert (error.code, error.http_status) == ("MissingRegionId", 400)
    assert error.message == "RegionId is mandatory for this action."


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ("RestartPolicy", "InvalidParameter.RestartPolicy"),
        ("Container.2.Port.1.Protocol", "InvalidParameter.Protocol"),
        ("Container.1.Arg.3", "InvalidParameter.Arg"),
    ],
)
def test_a_bad_value_names_the_parameter(parameter: str, code: str) -> None:
    error = errors.InvalidValue(parameter, "must be one of a, b")
    assert error.code == code
    assert parameter in error.message
    assert "must be one of a, b" in error.message


def test_only_not_found_errors_look_like_not_found_to_terraform() -> None:
    for error in BY_CODE.values():
        assert "NotFound" not in error().message
    assert not issubclass(BY_CODE["InvalidParameter"], errors.ParameterError)  # nothing of ours raises it


def test_families_are_complete() -> None:
    assert BY_CODE["OperationDenied.NoStock"] is errors.NoStock
    assert issubclass(errors.NoStock, errors.PlacementError)
    assert BY_CODE["Forbidden.SubUser"].__name__ == "ForbiddenSubUser"
    assert errors.__doc__ is not None
    for family in EciError.__subclasses__():
        assert family.__name__ in errors.__doc__
