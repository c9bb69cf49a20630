"""CommitContainer: an image of a running container, made and pushed by a task that a worker carries out."""

from __future__ import annotations

from typing import Final

from redis.client import Pipeline

from eci_emulator.actions.container_groups import find
from eci_emulator.actions.context import Caller, Emulator
from eci_emulator.actions.listing import filters, listing
from eci_emulator.actions.looking_in import container
from eci_emulator.actions.paging import page_size
from eci_emulator.controller.names import Names
from eci_emulator.model import errors, ids
from eci_emulator.model.commit import CommitTask
from eci_emulator.model.group import ContainerGroup
from eci_emulator.schemas.commit import CommitQuery, CommitRequest
from eci_emulator.store.wakeups import COMMIT

Json = dict[str, object]

DEFAULT_PAGE: Final = 10
MAX_PAGE: Final = 50


def commit_container(emulator: Emulator, caller: Caller, request: CommitRequest) -> Json:
    """Answer with the id of the task. Raises NotFound, MissingParameter, IncorrectStatusDetail."""
    for name in ("repository", "tag"):
        if not request.image.get(name):
            raise errors.MissingParameter(f"Image.{name.capitalize()} is mandatory for this action.")
    group = find(emulator, caller, request.container_group_id)
    task = _task(emulator, group, request)
    answer: Json = {"TaskId": task.id}

    def also(pipe: Pipeline) -> None:
        caller.remember(pipe, answer)
        emulator.store.wakeups.begin(task.host, COMMIT, task.id, pipe)

    emulator.store.commit_tasks.save(task, also=also)
    return answer


def _task(emulator: Emulator, group: ContainerGroup, request: CommitRequest) -> CommitTask:
    role, status = container(group, request.container_name)
    if status.current.state != "Running":
        raise errors.BY_CODE["IncorrectStatusDetail"](
            f"The container {request.container_name} is {status.current.state}; an image is made of a running one."
        )
    specs = {spec.name: spec for spec in [*group.spec.containers, *group.spec.init_containers]}
    names = Names(emulator.settings.instance)
    return CommitTask(
        id=ids.new_id("t", emulator.catalogue.region(group.region).code),
        account=group.account,
        region=group.region,
        name=request.container_name,
        creation_time=emulator.store.clock.now(),
        sequence=emulator.store.commit_tasks.next_sequence(),
        group_id=group.id,
        host=group.state.placement.host,
        engine_name=names.attempt(group.id, role, request.container_name, status.attempt),
        base_image=specs[request.container_name].image,
        acr=request.acr,
        **request.image,
    )


def describe_commit_container_task(emulator: Emulator, caller: Caller, query: CommitQuery) -> bytes:
    size = page_size(query.max_results, MAX_PAGE, DEFAULT_PAGE)
    return listing(
        caller,
        emulator.store.commit_tasks,
        "CommitTasks",
        filters({"group": query.container_group_id, "status": query.task_status}),
        ids=query.task_id,
        size=size,
        token=query.next_token,
        more={"MaxResults": str(size)},
    )
