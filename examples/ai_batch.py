"""A batch of inference: a GPU type, its image from an image cache, its model from a data cache, and what it costs with
and without spot.

`eci-emulator up -d`, then: python examples/ai_batch.py
The model is served by a container group of its own, so that nothing of the outside world is needed. Where the Docker
host has no GPU the batch runs on the CPU, and is billed as the GPU type that it was bought as.
"""

from __future__ import annotations

import argparse
import os
import time
from decimal import Decimal
from typing import Literal

import eci_sdk

GPU_TYPE = "ecs.gn6i-c4g1.xlarge"  # 4 vCPUs, 15 GiB, one T4
PATH = f"/models/sky-{int(time.time())}"
MODEL_URL = "http://{address}/model.txt"
SERVE = "echo 'the sky is {}' > /tmp/model.txt; httpd -f -p 80 -h /tmp"
INFER = """
for colour in blue grey red; do
    sleep 1  # this is the hard part
    if [ -e /model/model.txt ]; then sed "s/{}/$colour/" /model/model.txt; else echo "no model, but $colour"; fi
done
"""

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument(
    "--patience", type=float, default=60.0, metavar="SECONDS", help="for a cache to be made"
)
given = arguments.parse_args()

client = eci_sdk.Client(endpoint=os.environ.get("ECI_ENDPOINT", "127.0.0.1:4588"))
IMAGE = client.emulator.health()["base_image"]


def image_cache() -> str:
    """Have the image in a cache, so that no start waits for a pull."""
    name = f"batch-{int(time.time())}"
    made = client.create_image_cache(ImageCacheName=name, Image=[IMAGE])["ImageCacheId"]
    cache = client.wait.image_cache_ready(made, timeout=given.patience)
    print(f"image cache {made} is {cache['Status']}")
    return made


def data_cache() -> str:
    """Have the model in a cache, at the path that the batch mounts."""
    server = client.create_container_group(
        ContainerGroupName="model-server",
        Cpu=0.25,
        Memory=0.5,
        TerminationGracePeriodSeconds=1,
        Container=[{"Name": "web", "Image": IMAGE, "Command": ["sh", "-c", SERVE]}],
    )["ContainerGroupId"]
    address = client.wait.container_group_running(server)["IntranetIp"]
    try:
        made = client.create_data_cache(
            Name="model",
            Path=PATH,
            DataSource={"Type": "URL", "Options": {"url": MODEL_URL.format(address=address)}},
        )["DataCacheId"]
        cache = client.wait.data_cache_available(made, timeout=given.patience)
        print(f"data cache {made} is {cache['Status']}")
        return made
    finally:
        client.delete_container_group(ContainerGroupId=server)


def cached(make: str) -> str:
    """The id of a cache, empty if this emulator cannot make it."""
    try:
        return {"image": image_cache, "data": data_cache}[make]()
    except (eci_sdk.EciError, eci_sdk.errors.WaitFailed, eci_sdk.errors.WaitTimeout) as error:
        print(f"goes on without the {make} cache: {error}")
        return ""


def run(image: str, data: str) -> str:
    main: eci_sdk.types.NewContainerRequest = {
        "Name": "infer",
        "Image": IMAGE,
        "Gpu": 1,
        "Command": ["sh", "-c", INFER],
    }
    if data:
        main["VolumeMount"] = [{"Name": "model", "MountPath": "/model", "ReadOnly": True}]
    return client.create_container_group(
        ContainerGroupName="batch",
        RestartPolicy="Never",
        InstanceType=GPU_TYPE,
        ImageSnapshotId=image or None,
        DataCacheBucket="default" if data else None,
        Volume=[{"Name": "model", "Type": "HostPathVolume", "HostPathVolume": {"Path": PATH}}]
        if data
        else None,
        Container=[main],
    )["ContainerGroupId"]


def price(strategy: Literal["NoSpot", "SpotAsPriceGo"]) -> Decimal:
    """Per second."""
    told = client.describe_container_group_price(InstanceType=GPU_TYPE, SpotStrategy=strategy)
    return Decimal(str(told["PriceInfo"]["Price"]["TradePrice"]))


image, data = cached("image"), cached("data")
has_gpu = any(host["gpus"] for host in client.emulator.hosts.show())
batch = run(image, data)
result = client.wait_and_tail(batch)
print(f"the batch is {result.status}, on a {'GPU' if has_gpu else 'CPU: this host has no GPU'}")

on_demand, spot = price("NoSpot"), price("SpotAsPriceGo")
print(f"{GPU_TYPE}: {3600 * on_demand:.4f} CNY an hour, {3600 * spot:.4f} as spot")
if result.cost:
    print(
        f"this run cost {result.cost}; as spot it would have been {result.cost.amount * spot / on_demand:.6f}"
    )

client.delete_container_group(ContainerGroupId=batch)
client.wait.container_group_deleted(batch)
if image:
    client.delete_image_cache(ImageCacheId=image)
if data:
    client.delete_data_cache(DataCacheId=data)
