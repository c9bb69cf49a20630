"""What a life costs, from the API call to the cent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import boto3
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from eci_emulator.market import prices
from eci_emulator.model.errors import Arrearage
from eci_emulator.model.times import iso
from tests.controller.harness import BEGIN, Lab, container
from tests.money.conftest import Admin, AdminOf, MakeLab, Run

#: What a second of 2 vCPU and 4 GiB costs.
SECOND = Decimal("0.00012252")


def lines(admin: Admin, **query: str) -> dict[str, str]:
    """Amount by key of the bill's lines."""
    return {line["key"]: line["total"] for line in admin("GET", "/bill", params=query)["lines"]}


def cents(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), "ROUND_HALF_UP"))


def test_a_life_is_billed_from_pending_to_its_end(lab: Lab, admin: Admin) -> None:
    group = lab.create(container(script="sleep 1835"), RestartPolicy="Never", Cpu=2, Memory=4)
    lab.advance(4000)
    assert lab.status(group) == "Succeeded"
    bill = admin("GET", "/bill")
    assert (bill["seconds"], bill["currency"], bill["prices"]) == (1835, "CNY", "china")
    assert bill["total"] == cents(1835 * SECOND) == "0.22"
    assert bill["start"] == iso(BEGIN)
    assert bill["lines"][0]["items"] == {"cpu": "0.18", "mem": "0.04"}


def test_the_published_example(make_lab: MakeLab, admin_of: AdminOf) -> None:
    """Pending 10:49:30, released 11:20:05: 630 s and 1,205 s in two clock hours."""
    lab = make_lab()
    lab.store.clock.set(BEGIN + 2 * 3600 + 49 * 60 + 30)
    group = lab.create(container(), Cpu=2, Memory=4)
    lab.advance(1835)
    lab.delete(group, Force=True)
    admin = admin_of(lab)
    assert lines(admin, by="hour") == {
        "2027-01-15T10:00:00Z": cents(630 * SECOND),
        "2027-01-15T11:00:00Z": cents(1205 * SECOND),
    }
    assert admin("GET", "/bill")["seconds"] == 630 + 1205


def test_what_is_billed_is_the_size_that_was_bought(lab: Lab, admin: Admin) -> None:
    lab.create(container(), Cpu=7, Memory=13)
    lab.advance(3600)
    assert lines(admin) == {lab.store.groups.all_ids()[0]: "1.72"}  # 8 vCPU and 14 GiB for an hour
    assert lines(admin, by="item") == {"cpu": "1.41", "mem": "0.31"}


def test_scheduling_is_free(lab: Lab, admin: Admin) -> None:
    lab.call("CreateContainerGroup", ContainerGroupName="waits", Container=[container()])
    lab.store.clock.set(BEGIN + 3600)  # no worker comes by
    lab.settle()
    lab.advance(60)
    assert admin("GET", "/bill")["seconds"] == 60


def test_a_failed_start_of_the_group_is_free(lab: Lab, admin: Admin) -> None:
    group = lab.create(container(), InstanceType="ecs.gn6i-c4g1.xlarge")
    lab.advance(3600)
    assert lab.status(group) == "Failed"
    assert admin("GET", "/bill")["total"] == "0.00"


def test_waiting_for_an_image_is_paid_for(lab: Lab, admin: Admin) -> None:
    lab.create(container(env={"ECI_SIM_START_ERROR": "no such program"}), Cpu=2, Memory=4)
    lab.advance(100)
    assert admin("GET", "/bill")["seconds"] == 100


def test_a_restart_goes_on_costing(lab: Lab, admin: Admin) -> None:
    group = lab.create(container(), Cpu=2, Memory=4)
    lab.advance(100)
    lab.restart(group)
    lab.advance(100)
    lab.delete(group, Force=True)
    assert admin("GET", "/bill")["seconds"] == 200


def test_an_update_changes_the_price_from_that_second_on(lab: Lab, admin: Admin) -> None:
    group = lab.create(container(), Cpu=2, Memory=4)
    lab.advance(1000)
    lab.call("UpdateContainerGroup", ContainerGroupId=group, Cpu=4, Memory=8)
    lab.settle()
    lab.advance(1000)
    lab.delete(group, Force=True)
    bill = admin("GET", "/bill")
    assert bill["seconds"] == 2000
    assert bill["total"] == cents(1000 * SECOND + 2000 * SECOND)


def test_economy_and_ecs_types_and_storage_have_their_own_prices(lab: Lab, admin: Admin) -> None:
    economy = lab.create(container(), ComputeCategory=["economy"], Cpu=2, Memory=4)
    kind = lab.create(container(), InstanceType="ecs.c6.large")
    stored = lab.create(container(), EphemeralStorage=70, Cpu=2, Memory=4)
    lab.advance(3600)
    found = lines(admin)
    price = prices.load("china").type_hour(lab.emulator.catalogue.types["ecs.c6.large"])
    assert found[economy] == "0.28"  # 3600 x (2 x 0.000027 + 4 x 0.00000613)
    assert found[kind] == cents(price)
    assert found[stored] == "0.59"  # 3600 x (0.00012252 + 70 x 0.00000059)
    assert set(lines(admin, by="item")) == {"cpu", "mem", "instance_type", "systemdisk"}


def test_the_lines_of_every_grouping_come_to_the_same_total(lab: Lab, admin: Admin) -> None:
    for number in range(7):
        tags = [{"Key": "team", "Value": f"t{number % 3}"}]
        lab.create(container(), ContainerGroupName=f"g{number}", Tag=tags, Cpu=0.5, Memory=1)
        lab.advance(777)
    totals = set()
    for query in ({"by": "group"}, {"by": "hour"}, {"by": "item"}, {"by": "tag", "tag_key": "team"}):
        bill = admin("GET", "/bill", params=query)
        totals.add(bill["total"])
        assert sum(Decimal(line["total"]) for line in bill["lines"]) == Decimal(bill["total"])
        for line in bill["lines"]:
            assert sum(map(Decimal, line["items"].values())) == Decimal(line["total"])
    assert len(totals) == 1
    assert set(lines(admin, by="tag", tag_key="team")) == {"t0", "t1", "t2"}


def test_a_part_of_the_time(lab: Lab, admin: Admin) -> None:
    lab.create(container(), Cpu=2, Memory=4)
    lab.advance(7200)
    part = {"start": iso(BEGIN + 600), "end": iso(BEGIN + 1600)}
    assert admin("GET", "/bill", params=part)["seconds"] == 1000
    assert admin.refused("GET", "/bill", params={"start": "yesterday"})[0] == 400


def test_what_it_would_have_cost_in_singapore_on_spot(lab: Lab, admin: Admin) -> None:
    lab.create(container(), Cpu=2, Memory=4)
    lab.advance(3600)
    abroad = admin("GET", "/bill", params={"prices": "international"})
    assert (abroad["currency"], abroad["total"]) == ("USD", "0.07")
    spot = admin("POST", "/bill", json={"spot": True, "region": "ap-southeast-1", "by": "item"})
    assert [line["key"] for line in spot["lines"]] == ["instance_type"]
    assert Decimal(spot["total"]) < Decimal("0.44")
    own = {"name": "ours", "currency": "EUR", "cpu_second": 1, "economy_cpu_second": 1, "memory_second": 0}
    rest = dict.fromkeys(("storage_second", "disk_hour", "snapshot_month"), 0)
    assert admin("POST", "/bill", json={"prices": own | rest})["total"] == "7200.00"
    assert admin.refused("POST", "/bill", json={"prices": own})[0] == 400
    assert admin("GET", "/bill")["total"] == "0.44"  # the ledger is not touched


def test_what_lives_costs_by_the_second(lab: Lab, admin: Admin) -> None:
    group = lab.create(container(), ContainerGroupName="live", Cpu=2, Memory=4)
    lab.advance(3600)
    assert admin("GET", "/bill/running")["groups"] == [
        {"group_id": group, "name": "live", "per_second": "0.00012252", "so_far": "0.44"}
    ]
    lab.delete(group, Force=True)
    assert admin("GET", "/bill/running")["groups"] == []


def test_the_bill_outlives_the_groups(lab: Lab, admin: Admin) -> None:
    group = lab.create(container(script="sleep 3600"), RestartPolicy="Never", Cpu=2, Memory=4)
    lab.advance(3600)
    before = admin("GET", "/bill")
    lab.delete(group, Force=True)
    assert lab.leftovers() == []
    assert admin("GET", "/bill")["lines"] == before["lines"]


def test_discounts_come_from_a_file(make_lab: MakeLab, admin_of: AdminOf, tmp_path: Path) -> None:
    file = tmp_path / "discounts.yaml"
    file.write_text("coupons: [{id: ri, instance_type: ecs.c6.large, region: cn-hangzhou}]")
    lab = make_lab(discounts_file=file)
    lab.create(container(), InstanceType="ecs.c6.large")
    lab.advance(3600)
    bill = admin_of(lab)("GET", "/bill")
    assert (bill["total"], bill["list_total"]) == ("0.00", "0.39")


def test_the_budget_stops_new_groups(make_lab: MakeLab) -> None:
    lab = make_lab(budget=0.4)
    lab.create(container(), Cpu=2, Memory=4)
    lab.advance(3000)
    lab.create(container(), Cpu=2, Memory=4)
    lab.advance(600)
    with pytest.raises(Arrearage):
        lab.create(container(), Cpu=2, Memory=4)


def test_two_accounts_have_two_bills(lab: Lab, admin: Admin) -> None:
    lab.create(container(), Cpu=2, Memory=4)
    lab.advance(100)
    assert admin("GET", "/bill", params={"account": "1234567890123456"})["seconds"] == 100
    assert admin("GET", "/bill", params={"account": "somebody"})["seconds"] == 0


@pytest.fixture
def spent(lab: Lab) -> str:
    """The id of a group that has run for an hour."""
    group = lab.create(container(), ContainerGroupName="spent", Cpu=2, Memory=4)
    lab.advance(3600)
    return group


def test_bill_on_the_command_line(run: Run, spent: str) -> None:
    shown = run("bill").output
    assert spent in shown
    assert "total CNY" in shown
    assert "0.44" in shown
    assert json.loads(run("bill", "--format", "json", "--by", "item").output)["by"] == "item"
    (row,) = csv.DictReader(io.StringIO(run("bill", "--format", "csv").output))
    assert (row["group"], row["seconds"], row["total"]) == (spent, "3600", "0.44")


def test_another_price_list_on_the_command_line(run: Run, spent: str, tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(
        "{name: ours, currency: EUR, cpu_second: 1, economy_cpu_second: 1, memory_second: 1,"
        " storage_second: 0, disk_hour: 0, snapshot_month: 0}"
    )
    assert "21600.00" in run("bill", "--prices", str(file)).output
    assert "total USD" in run("bill", "--prices", "international").output
    wrong = run("bill", "--prices", "nowhere.yaml")
    assert (wrong.exit_code, "nowhere.yaml" in wrong.output) == (1, True)


def test_running_costs_on_the_command_line(run: Run, spent: str) -> None:
    shown = run("bill", "--running").output
    assert "0.00012252" in shown
    assert spent in shown


def test_what_is_refused_is_told(run: Run, spent: str) -> None:
    wrong = run("bill", "--from", "yesterday")
    assert wrong.exit_code == 2
    assert "yesterday" in wrong.output


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a store with an empty bucket named bills."""
    for name, value in {
        "ACCESS_KEY_ID": "a",
        "SECRET_ACCESS_KEY": "b",
        "DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    boto3.client("s3", endpoint_url=f"http://{host}:{port}").create_bucket(Bucket="bills")
    yield f"http://{host}:{port}"
    server.stop()


def test_a_bill_is_written_to_a_bucket(run: Run, lab: Lab, spent: str, s3: str) -> None:
    options = ("--format", "csv", "--prices", "international", "--export", "s3://bills/may/all.csv")
    told = run("bill", *options, "--endpoint-url", s3)
    assert (told.exit_code, "s3://bills/may/all.csv" in told.output) == (0, True), told.output
    stored = boto3.client("s3", endpoint_url=s3).get_object(Bucket="bills", Key="may/all.csv")
    (row,) = csv.DictReader(io.StringIO(stored["Body"].read().decode()))
    assert (row["group"], row["total"], row["currency"]) == (spent, "0.07", "USD")
    assert stored["ContentType"] == "text/csv; charset=utf-8"

    nowhere = run("bill", "--export", "s3://none/all", "--endpoint-url", s3)
    assert (nowhere.exit_code, "NoSuchBucket" in nowhere.output) == (1, True), nowhere.output
    lab.emulator.settings = msgspec.structs.replace(
        lab.emulator.settings, s3_endpoint_url=s3, s3_access_key_id="a", s3_access_key_secret="b"
    )
    assert run("bill", "--export", "s3://bills/all.json").exit_code == 0, "the store of the settings"
