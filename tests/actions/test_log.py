"""What the log tells of calls: a line each, of level debug for those that only read, and no parameters."""

from __future__ import annotations

from typing import Any

import structlog
from structlog.testing import capture_logs

from eci_emulator.logs import configure
from eci_emulator.settings import load

from .conftest import REGION, Api


def test_a_line_for_each_call(api: Api) -> None:
    secret = {"Server": "registry.example", "UserName": "me", "Password": "hunter2"}
    with capture_logs() as lines:
        group = api.create_group(ImageRegistryCredential=[secret])
        api("DescribeContainerGroups")
        api.refused("DeleteContainerGroup", ContainerGroupId="eci-none")
        api("DeleteContainerGroup", ContainerGroupId=group)
        api.refused("No\x1b[2JSuch" + 1000 * "x")
    assert {line["event"] for line in lines} == {"call"}
    told = [(line["log_level"], line["action"], line["status"], line.get("code")) for line in lines]
    assert told[:4] == [
        ("info", "CreateContainerGroup", 200, None),
        ("debug", "DescribeContainerGroups", 200, None),
        ("info", "DeleteContainerGroup", 404, "InvalidParameter.NotFound"),
        ("info", "DeleteContainerGroup", 200, None),
    ]
    assert [line.get("id") for line in lines[:4]] == [group, None, "eci-none", group]
    assert lines[0]["region"] == REGION
    more = {"action", "id", "account", "region", "status", "ms", "request_id"}
    assert lines[0].keys() == {"event", "log_level", *more}
    assert len(lines[-1]["action"]) < 100
    assert "hunter2" not in str(lines)


def test_a_terminal_gets_no_control_sequences(capsys: Any) -> None:
    try:
        configure(load({}))
        structlog.get_logger().info("call", action="\x1b[2J", message="two\nlines", count=1)
    finally:
        structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    assert "count=1" in line
