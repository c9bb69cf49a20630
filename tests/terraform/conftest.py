"""A whole emulator, on simulated containers, that verifies signatures; and the provider that points to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terraform.provider import ECS, VPC, Json, Provider

KEY, SECRET = "LTAIterraform", "terraform-secret"
REGION = "cn-beijing"


@pytest.fixture(scope="package")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("terraform")
    command(folder, "up", "--detach", "--port", "0", "--engine", "simulated", "--workers", "1")
    try:
        yield folder
    finally:
        command(folder, "down")


def command(state_dir: Path, *arguments: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name("eci-emulator"), *arguments, "--state-dir", str(state_dir)],
        env=os.environ
        | {
            "ECI_EMULATOR_ACCESS_KEY_ID": KEY,
            "ECI_EMULATOR_ACCESS_KEY_SECRET": SECRET,
            "ECI_EMULATOR_REGION": REGION,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="package")
def provider(state_dir: Path) -> Provider:
    address = json.loads((state_dir / "endpoint.json").read_text())["url"].removeprefix("http://")
    return Provider(address, KEY, SECRET, REGION)


@pytest.fixture(scope="package")
def network(provider: Provider) -> Json:
    """A VPC with a vSwitch and a security group, as attributes of what is put into them."""
    zones = provider.post("2018-08-08", "DescribeRegions")["Regions"][0]["Zones"]
    vpc = provider.post(VPC, "CreateVpc", {"CidrBlock": "10.0.0.0/16"})["VpcId"]
    given = {"VpcId": vpc, "CidrBlock": "10.0.1.0/24", "ZoneId": zones[0]}
    vswitch = provider.post(VPC, "CreateVSwitch", given)["VSwitchId"]
    group = provider.post(ECS, "CreateSecurityGroup", {"VpcId": vpc})["SecurityGroupId"]
    return {"vswitch_id": vswitch, "security_group_id": group}
