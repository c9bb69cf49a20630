"""The whole document against the running application: generated requests, answers as documented."""

from __future__ import annotations

import time
from typing import Any, Final

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.actions.answers import DOCUMENT, check_answer
from tests.wire.scenario import speaking_agents
from tests.wire.served import Served

#: Seconds that each action may take, most of which goes into making requests up.
SECONDS: Final = 1.5
EXAMPLES: Final = 25
CHECKS: Final = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]
ENVELOPE: Final = {"RequestId", "HostId", "Code", "Message", "Recommend"}

SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {path.lstrip("/"): SCHEMA[path]["POST"] for path in DOCUMENT["paths"]}


@pytest.mark.parametrize("action", OPERATIONS)
def test_generated_requests(served: Served, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    speaking_agents(monkeypatch)
    operation = OPERATIONS[action]
    operation.app = served.app
    until = time.monotonic() + SECONDS

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Any) -> None:
        if time.monotonic() > until:
            return
        response = case.call_and_validate(checks=CHECKS)
        assert "Traceback" not in response.text
        if response.status_code == 200:
            check_answer(action, response.json())
        else:
            assert set(response.json()) == ENVELOPE

    call()
