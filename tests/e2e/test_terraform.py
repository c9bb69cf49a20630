"""What examples/terraform makes, on the real engine: a group in ranges that the user chose, and nothing left of it."""

from __future__ import annotations

import docker
import pytest
import requests

from eci_emulator.engine.driver import LABEL_INSTANCE
from tests.e2e.running import Running, wait_for
from tests.terraform.container_group import create_request
from tests.terraform.container_group_state import planned, read, state
from tests.terraform.provider import ECI, ECS, VPC, Json, Provider

pytestmark = pytest.mark.docker

REGION = "cn-hangzhou"
RANGE = "10.20.0.0/16"
PAGE = "hello from a container group\n"


@pytest.fixture(scope="module")
def provider(emulator: Running) -> Provider:
    return Provider(emulator.address, "test", "test", REGION)


def networks(emulator: Running) -> list[str]:
    """The engine's networks in the range."""
    with docker.APIClient() as api:
        found = api.networks(filters={"label": [f"{LABEL_INSTANCE}={emulator.instance}"]})
    return [net["Name"] for net in found if any(pool["Subnet"] == RANGE for pool in net["IPAM"]["Config"])]


def web(provider: Provider, image: str) -> Json:
    """The attributes of the example's group, its network made."""
    zone = provider.post(ECI, "DescribeRegions")["Regions"][0]["RecommendZones"][0]
    vpc = provider.post(VPC, "CreateVpc", {"CidrBlock": RANGE})["VpcId"]
    given = {"VpcId": vpc, "CidrBlock": "10.20.1.0/24", "ZoneId": zone}
    probe = {
        "period_seconds": 2,
        "initial_delay_seconds": 1,
        "timeout_seconds": 1,
        "success_threshold": 1,
        "failure_threshold": 3,
        "http_get": {"scheme": "HTTP", "port": 80, "path": "/index.html"},
    }
    container = {"image": image, "image_pull_policy": "IfNotPresent"}
    return {
        "container_group_name": "tf-web",
        "vswitch_id": provider.post(VPC, "CreateVSwitch", given)["VSwitchId"],
        "security_group_id": provider.post(ECS, "CreateSecurityGroup", {"VpcId": vpc})["SecurityGroupId"],
        "eip_instance_id": provider.post(VPC, "AllocateEipAddress")["AllocationId"],
        "cpu": 0.5,
        "memory": 1.0,
        "restart_policy": "OnFailure",
        "termination_grace_period_seconds": 1,
        "init_containers": [container | {"name": "prepare", "commands": ["echo"], "args": ["ready"]}],
        "containers": [
            container
            | {
                "name": "web",
                "working_dir": "/site",
                "commands": ["httpd", "-f", "-p", "80", "-h", "/site"],
                "ports": [{"port": 80, "protocol": "TCP"}],
                "environment_vars": [{"key": "GREETING", "value": "hello"}],
                "volume_mounts": [{"name": "site", "mount_path": "/site", "read_only": True}],
                "readiness_probe": probe,
            }
        ],
        "volumes": [{"name": "site", "type": "ConfigFileVolume", "files": {"index.html": PAGE}}],
        "tags": {"Created": "Terraform"},
    }


def destroy(provider: Provider, group_id: str, config: Json) -> None:
    """In the provider's order; what is not free yet it tries again."""
    provider.post(ECI, "DeleteContainerGroup", {"ContainerGroupId": group_id})
    eip = {"AllocationId": config["eip_instance_id"]}

    def free() -> bool:
        (item,) = provider.post(VPC, "DescribeEipAddresses", None, eip)["EipAddresses"]["EipAddress"]
        return bool(item["Status"] == "Available")

    wait_for(free, "the EIP is free")
    provider.post(VPC, "ReleaseEipAddress", None, eip)
    (vswitch,) = provider.post(VPC, "DescribeVSwitches", {"VSwitchId": config["vswitch_id"]})["VSwitches"][
        "VSwitch"
    ]
    provider.post(VPC, "DeleteVSwitch", {"VSwitchId": config["vswitch_id"]})
    provider.post(ECS, "DeleteSecurityGroup", {"SecurityGroupId": config["security_group_id"]})
    provider.post(VPC, "DeleteVpc", {"VpcId": vswitch["VpcId"]})


def test_the_example_serves_its_page_and_leaves_nothing(emulator: Running, provider: Provider) -> None:
    config = web(provider, emulator.base_image)
    group_id = provider.post(ECI, "CreateContainerGroup", create_request(config))["ContainerGroupId"]
    item = provider.wait(lambda: read(provider, group_id), {"Scheduling", "Pending"}, {"Running"})
    applied = state(item)
    assert {name: applied[name] for name in planned(config)} == planned(config)
    assert item["IntranetIp"].startswith("10.20.1.")
    assert item["InternetIp"].startswith("203.0.113.")

    def page() -> str:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(f"http://{item['IntranetIp']}", timeout=2).text
            except requests.ConnectionError:
                return ""

    assert wait_for(page, "the web server answers") == PAGE
    assert len(networks(emulator)) == 1
    destroy(provider, group_id, config)
    wait_for(lambda: networks(emulator) == [], "the engine's network is gone")
