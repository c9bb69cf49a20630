"""Pages neither repeat nor skip, whatever is created and deleted between them."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import pytest

from eci_emulator.actions.paging import Place, next_token, page_size, place_of, sequence_of, token
from eci_emulator.app import create_emulator
from eci_emulator.model import errors
from eci_emulator.model.group import ContainerGroup
from eci_emulator.model.statuses import GroupStatus
from eci_emulator.store.pages import KNOWN_PAGES

from .conftest import Api

ID = {"DescribeContainerGroups": "ContainerGroups", "DescribeContainerGroupStatus": "Data"}


@pytest.mark.parametrize("action", ID)
@pytest.mark.parametrize("seed", range(3))
def test_pages_amid_creates_and_deletes(api: Api, action: str, seed: int) -> None:
    chance = random.Random(seed)
    alive = [api.create_group(f"g{n}") for n in range(20)]
    throughout = set(alive)
    seen: list[str] = []
    following = None
    while following != "":
        answer = api(action, Limit=chance.randint(1, 4), **({"NextToken": following} if following else {}))
        following = answer["NextToken"]
        seen += [record["ContainerGroupId"] for record in answer[ID[action]]]
        for gone in chance.sample(alive, 2):
            api("DeleteContainerGroup", ContainerGroupId=gone)
            alive.remove(gone)
            throughout.discard(gone)
        if len(seen) < 10:
            alive.append(api.create_group("late"))
    assert len(seen) == len(set(seen))
    assert throughout <= set(seen)


def test_a_page_that_is_known_is_never_an_old_one(api: Api) -> None:
    """What another process has written since is seen, and what a reset has taken is gone."""
    worker = create_emulator(api.emulator.settings).store
    group_id = api.create_group("one")

    def shown(**query: Any) -> list[tuple[str, str]]:
        groups = api("DescribeContainerGroups", **query)["ContainerGroups"]
        return [(group["ContainerGroupName"], group["Status"]) for group in groups]

    def run(group: ContainerGroup, status: GroupStatus = GroupStatus.RUNNING) -> None:
        group.state.status = status

    for _ in range(2):
        assert shown() == [("one", "Scheduling")]
        assert shown(Status="Running") == []
    worker.redis.client_kill_filter(_type="pubsub")  # whoever does not hear of a write must notice that
    worker.groups.update(group_id, run)
    assert shown() == shown(Status="Running") == [("one", "Running")]
    api.as_someone("LTAIother").create_group("theirs")
    assert shown() == [("one", "Running")]
    for connection in api.store.redis.connection_pool._in_use_connections:
        connection.next_health_check = 0.0
    for status in ("Pending", "Updating", "Running"):
        worker.groups.update(group_id, partial(run, status=GroupStatus(status)))
        assert shown() == [("one", status)]
    for number in range(2 * KNOWN_PAGES):
        assert shown(ContainerGroupName=f"none-{number}") == []
    worker.groups.delete(worker.groups.get(group_id) or api.group(group_id))
    assert shown() == []
    worker.forget(())
    assert shown() == []
    api.create_group("two")
    assert shown() == [("two", "Scheduling")]
    worker.redis.close()


@pytest.mark.parametrize("place", [Place(1), Place(10**12), Place(3, "a key/é")])
def test_a_token_and_its_place(place: Place) -> None:
    assert place_of(token(place)) == place


def test_the_end_and_the_beginning() -> None:
    assert next_token(0) == ""
    assert sequence_of("") == 0
    assert sequence_of(next_token(7)) == 7


@pytest.mark.parametrize("made_up", ["x", "é", "d78f2dd8-5979-42fe-a5e4-b16db43be5bc", "eyJhIjoxfQ=="])
def test_tokens_that_are_not_ours(made_up: str) -> None:
    with pytest.raises(errors.InvalidValue) as refusal:
        place_of(made_up)
    assert refusal.value.code == "InvalidParameter.NextToken"


@pytest.mark.parametrize(
    ("asked", "size"), [(0, 20), (5, 5), (200, 50), (-1, 20)], ids=["default", "asked", "most", "nonsense"]
)
def test_sizes(asked: int, size: int) -> None:
    assert page_size(asked, 50, 20) == size
