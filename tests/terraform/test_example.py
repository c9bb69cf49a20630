"""examples/terraform, and the script that runs it where the real provider can be had."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eci_emulator.neighbours.registry import PRODUCTS
from tests.terraform.conftest import KEY, REGION, SECRET, command
from tests.terraform.provider import Provider

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "terraform"

INIT_FAILS = """\
#!/bin/sh
cat >&2 <<'END'

Error: Failed to query available provider packages

Could not retrieve the list of available versions for provider
aliyun/alicloud: no such host

To see which modules are currently depending on aliyun/alicloud and what
versions are specified, run the following command:
    terraform providers
END
exit 1
"""
RECORDS = '#!/bin/sh\necho "$2 $3 $4 $TF_VAR_endpoint $TF_VAR_image" >> "{log}"\n'
PLAN_DIFFERS = RECORDS + 'echo "Plan: 1 to change."\n[ "$2" != plan ] || exit 2\n'


def provider_block(text: str) -> dict[str, str]:
    """The attributes of the provider block in a text, those of its endpoints among them."""
    block = text[text.index('provider "alicloud"') :]
    return dict(re.findall(r'^\s*(\w+)\s*=\s*("[^"]*"|[\w.]+)', block, re.MULTILINE))


def test_the_command_line_prints_the_block_of_the_example_filled_in(
    state_dir: Path, provider: Provider
) -> None:
    printed = provider_block(command(state_dir, "env", "--terraform"))
    example = provider_block((EXAMPLE / "provider.tf").read_text())
    assert printed.keys() == example.keys()
    assert set(PRODUCTS) | {"eci"} == {name for name, value in example.items() if value == "var.endpoint"}
    assert {printed[name] for name in (*PRODUCTS, "eci")} == {f'"{provider.address}"'}
    assert printed["region"] == f'"{REGION}"'
    assert (printed["access_key"], printed["secret_key"]) == (f'"{KEY}"', f'"{SECRET}"')
    for name in ("account_type", "protocol", "skip_region_validation"):
        assert printed[name] == example[name]


def run(
    tmp_path: Path, terraform: str, state_dir: Path
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The script with this for Terraform, and an emulator that is running already; what was called."""
    log, cli = tmp_path / "log", Path(sys.executable).with_name("eci-emulator")
    for name, text in {
        "terraform": terraform.replace("{log}", str(log)),
        "eci-emulator": f'#!/bin/sh\n[ "$1" != env ] || exec "{cli}" env --state-dir "{state_dir}"\n',
    }.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts" / "terraform.sh", tmp_path / "eci-emulator"],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done, log.read_text().splitlines() if log.exists() else []


def test_the_script_says_in_a_sentence_why_there_is_no_provider(tmp_path: Path, state_dir: Path) -> None:
    done, _ = run(tmp_path, INIT_FAILS, state_dir)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line == (
        "The provider aliyun/alicloud cannot be had here, so the example was not run: "
        "Failed to query available provider packages: Could not retrieve the list of available versions "
        "for provider aliyun/alicloud: no such host"
    )


def test_the_script_applies_plans_and_destroys(tmp_path: Path, state_dir: Path, provider: Provider) -> None:
    done, called = run(tmp_path, RECORDS, state_dir)
    assert done.returncode == 0, done.stderr
    place = f"{provider.address} eci-emulator/base:simulated"
    assert [call.split()[0] for call in called] == ["init", "apply", "plan", "destroy"]
    assert called[2].startswith("plan -input=false -detailed-exitcode")
    assert all(call.endswith(place) for call in called[1:])


def test_the_script_fails_when_a_plan_wants_changes(tmp_path: Path, state_dir: Path) -> None:
    done, called = run(tmp_path, PLAN_DIFFERS, state_dir)
    assert done.returncode == 1
    assert "Plan: 1 to change." in done.stdout
    assert "wants changes" in done.stderr
    assert [call.split()[0] for call in called] == ["init", "apply", "plan"]


@pytest.mark.skipif(not shutil.which("terraform"), reason="Terraform is not installed")
def test_terraform_itself_reads_both(state_dir: Path, provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "printed.tf").write_text(command(state_dir, "env", "--terraform"))
    for folder in (EXAMPLE, tmp_path):
        done = subprocess.run(
            ["terraform", "fmt", "-check", "-diff", folder], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("resource", ["container_group", "image_cache", "virtual_node"])
def test_the_example_has_every_resource_of_eci(resource: str) -> None:
    assert f'resource "alicloud_eci_{resource}"' in (EXAMPLE / "main.tf").read_text()
