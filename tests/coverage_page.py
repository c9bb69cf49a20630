"""docs/coverage.md, made from the published facts, the document, the schemas and the tests.

``python -m tests.coverage_page`` writes it, ``make docs`` does so, and a test fails when it is stale.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from marshmallow import Schema
from marshmallow.fields import Dict, List, Nested
from msgspec import Struct

from eci_emulator.actions.registry import ACTIONS
from eci_emulator.app import load_document

TESTS: Final = Path(__file__).parent
PAGE: Final = TESTS.parent / "docs" / "coverage.md"
FACTS: Final[dict[str, Any]] = json.loads((TESTS / "facts" / "eci-2018-08-08.json").read_text("utf-8"))[
    "actions"
]
SAMPLES: Final[dict[str, Any]] = json.loads((TESTS / "facts" / "samples.json").read_text("utf-8"))
EXCEPTIONS: Final[dict[str, dict[str, dict[str, str]]]] = yaml.safe_load(
    (TESTS / "facts" / "parameters.yaml").read_text("utf-8")
)
DOCUMENT: Final = load_document("eci-2018-08-08.yaml")

ACTED_ON: Final = "acted on"
KINDS: Final = ("stored", "not emulated")
#: Parameters that the request path itself acts on, whatever the action.
OF_THE_GATEWAY: Final = {"RegionId", "ClientToken", "DryRun"}

#: Who calls in tests: its name on the page, and the sources that show which actions it calls.
CALLERS: Final = {
    "new SDK": ("wire/scenario.py", r'self\.call\(\s*"(\w+)"'),
    "old SDK": ("wire/scenario.py", r'self\.call\(\s*"(\w+)"'),
    "tea-rpc": ("wire/scenario.py", r'self\.call\(\s*"(\w+)"'),
    "Terraform's requests": ("terraform/*.py", r'"((?:Create|Describe|Update|Delete|Restart)\w+)"'),
    "recordings": ("gateway/dumps/*.http", r"(?:x-acs-action: |[?&]Action=)(\w+)"),
    "real engine": ("e2e/test_sdks.py", r"import (\w+)Request\b"),
}

HEAD: Final = """\
# Coverage of the API

Made by `make docs` from the published facts, the OpenAPI document, the schemas and the tests; a test fails when it is
stale. Each column answers a question of its own. They are not added up: an action that is served but whose answer
nobody compared is not "half done", and one number would hide it.

## Actions

- **Document**: in `openapi/eci-2018-08-08.yaml`, with every published parameter and field.
- **Served**: a function stands behind it.
- **Driven by**: real clients that call it in the tests. *new SDK* is alibabacloud_eci20180808, *old SDK*
  aliyun-python-sdk-eci (its common request where it is older than the action), *tea-rpc* the client library of
  Terraform's provider, *Terraform's requests* what its resources send, *recordings* requests with their original
  signatures, *real engine* official SDKs with real containers.
- **Schema**: its answer is held against the document by a test.
- **Sample**: its answer is held against the published sample by a test.
- **Parameters**: acted on / stored only / not emulated.
"""


def main() -> None:
    PAGE.write_text(page(), "utf-8")


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_actions(), "", "## Parameters", *_parameters()]) + "\n"


def _actions() -> Iterator[str]:
    yield "| Action | Document | Served | Driven by | Schema | Sample | Parameters |"
    yield "|---|---|---|---|---|---|---|"
    called = callers()
    scripted = called["new SDK"]
    for action, fact in FACTS.items():
        kinds = Counter(status(action, name)[0] for name in fact["parameters"])
        cells = [
            f"[{action}](#{action.lower()})",
            _yes(f"/{action}" in DOCUMENT["paths"]),
            _yes(action in ACTIONS),
            ", ".join(name for name, actions in called.items() if action in actions) or "nobody",
            _yes(action in scripted),
            _yes(action in scripted and action in SAMPLES),
            " / ".join(str(kinds[kind]) for kind in (ACTED_ON, *KINDS)),
        ]
        yield f"| {' | '.join(cells)} |"


def _parameters() -> Iterator[str]:
    for action, fact in FACTS.items():
        yield f"\n### {action}\n"
        yield "| Parameter | What becomes of it | Why |"
        yield "|---|---|---|"
        for name in fact["parameters"]:
            kind, reason = status(action, name)
            yield f"| `{name}` | {kind} | {reason} |"


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"


def callers() -> Mapping[str, set[str]]:
    """Name of a client -> the actions that it calls in tests."""
    return {name: _found(pattern, where) & set(FACTS) for name, (where, pattern) in CALLERS.items()}


def _found(pattern: str, where: str) -> set[str]:
    return {match for path in TESTS.glob(where) for match in re.findall(pattern, path.read_text("latin-1"))}


def status(action: str, name: str) -> tuple[str, str]:
    """What becomes of a parameter, and why if it is not acted on."""
    for kind in KINDS:
        for exception, reason in EXCEPTIONS.get(action, {}).get(kind, {}).items():
            if name == exception or name.startswith((f"{exception}.",)):
                return kind, reason
    return ACTED_ON, ""


def is_read(action: str, name: str) -> bool:
    """Whether the action's schema takes the parameter in, so that it is not lost on the way."""
    if name in OF_THE_GATEWAY:
        return True
    reader: Any = ACTIONS[action].schema
    for part in (part for part in name.split(".") if part != "N"):
        if reader is None:
            return False
        reader = _part(reader, part)
    return reader is not None


def _part(reader: Any, name: str) -> Any:
    """What reads a part of what a schema, a field or a record type reads; None if nothing does."""
    while isinstance(reader, List | Nested):
        reader = reader.inner if isinstance(reader, List) else reader.schema
    if isinstance(reader, Schema):
        return {field.data_key: field for field in reader.fields.values()}.get(name)
    if isinstance(reader, type) and issubclass(reader, Struct):
        return name if name in reader.__struct_encode_fields__ else None
    return reader if isinstance(reader, Dict) or type(reader).__name__ == "Raw" else None


if __name__ == "__main__":
    main()
