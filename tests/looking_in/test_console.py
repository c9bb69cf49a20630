"""The container groups of all accounts, as the admin API lists them and as its page shows them in a browser."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from eci_sdk.emulator import Emulator
from eci_sdk.errors import ControlError
from tests.e2e.running import Running, wait_for

from .browser import opened
from .test_page import until_said


@pytest.fixture
def control(emulator: Running) -> Any:
    control = Emulator(emulator.url)
    yield control
    control.close()


def test_a_group_at_a_glance(control: Emulator, group: str) -> None:
    (shown,) = (one for one in control.groups.show() if one["group_id"] == group)
    assert (shown["name"], shown["status"], shown["spot"]) == ("patient", "Running", False)
    (container,) = shown["containers"]
    assert (container["name"], container["state"], container["exit_code"]) == ("main", "Running", None)
    assert shown["events"][0]["reason"] == "Started"
    assert control.groups.show(account="nobody") == []


def test_looking_into_a_group(control: Emulator, group: str) -> None:
    assert control.groups.log(group, "main", tail=1) == "ready\n"
    assert control.groups.terminal(group, "main").startswith("http://127.0.0.1:")
    for look in (control.groups.log, control.groups.terminal):
        with pytest.raises(ControlError, match="eci-none"):
            look("eci-none", "main")
        with pytest.raises(ControlError, match="ContainerName"):
            look(group, "none")


def test_a_browser_is_sent_to_the_console_and_nobody_else(simulated: Running) -> None:
    def get(accept: str, query: str = "") -> requests.Response:
        return requests.get(f"{simulated.url}/{query}", headers={"accept": accept}, allow_redirects=False)

    assert get("text/html,*/*").headers["location"] == "/_eci/console"
    assert get("*/*").status_code == get("text/html", "?Action=Nothing").status_code == 404


def test_pages_of_other_sites_may_not_call(simulated: Running) -> None:
    def get(path: str, mode: str, site: str = "cross-site") -> int:
        headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "accept": "text/html"}
        return requests.get(f"{simulated.url}{path}", headers=headers, allow_redirects=False).status_code

    for path in (
        "/?Action=ListUsage&RegionId=cn-hangzhou",
        "/_eci/groups",
        "/ListUsage?RegionId=cn-hangzhou",
    ):
        assert (get(path, "no-cors"), get(path, "navigate"), get(path, "cors", "same-origin")) == (
            403,
            403,
            200,
        )
    assert (get("/", "navigate"), get("/", "no-cors")) == (303, 403)
    assert get("/exec/terminal?s=1", "navigate") == 200


@pytest.mark.docker
def test_the_console_in_a_browser(real: Running, real_group: str) -> None:
    real.call("ListUsage")
    with opened(real.url) as page:
        wait_for(lambda: real_group in page.text("#groups"), "the group in the page", 15)
        assert "Running" in page.text("#groups")
        wait_for(lambda: "ListUsage" in page.text("#requests"), "the call in the page", 15)
        assert "CNY" in page.text("header")
        page.value(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'stolen = 1'}))"
        )
        assert page.value("typeof stolen") == "undefined"
        page.value(  # other tests may have left groups of theirs
            f"[...document.querySelectorAll('tr.group')].find(row => row.textContent.includes('{real_group}')).click()"
        )
        assert "Started container main" in page.text("td.detail")
        page.value("document.querySelector('td.detail button').click()")
        wait_for(lambda: "ready" in page.text("#log pre"), "the log in the page", 15)
    url = Emulator(real.url).groups.terminal(real_group, "main")
    with opened(url) as page:
        until_said(page, "Connected")
        page.type("exit 4\n")
        until_said(page, "The command has ended with exit code 4.")
