"""A CI runner: each job is a container group. Logs are streamed, exit codes collected, and each job has its price.

`eci-emulator up -d`, then: python examples/ci_runner.py
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from rich.console import Console
from rich.table import Table

import eci_sdk
from eci_sdk.emulator import Emulator

# What a pipeline's file would say: name, size, script.
JOBS = {
    "lint": (0.25, "echo checking style; sleep 1; echo no findings"),
    "unit": (0.5, "for n in 1 2 3; do echo test_$n ok; sleep 1; done"),
    "build": (1.0, "echo compiling; sleep 2; echo 1 file; head -c 1000000 /dev/zero | md5sum"),
    "flaky": (0.25, "echo 'connection reset by peer' >&2; sleep 1; exit 7"),
}
ENDPOINT = os.environ.get("ECI_ENDPOINT", "127.0.0.1:4588")
IMAGE = Emulator(ENDPOINT).health()["base_image"]
COLOURS = dict(zip(JOBS, ("cyan", "green", "magenta", "yellow"), strict=True))
console = Console()


def run(name: str) -> tuple[str, str, int, Decimal]:
    """Run one job to its end: name, status, exit code and cost."""
    cpu, script = JOBS[name]
    with eci_sdk.Client(endpoint=ENDPOINT) as client:
        group_id = client.create_container_group(
            ContainerGroupName=f"ci-{name}",
            RestartPolicy="Never",
            Cpu=cpu,
            Memory=cpu * 2,
            ActiveDeadlineSeconds=600,  # no job runs for ever
            Tag=[{"Key": "pipeline", "Value": "example"}],
            Container=[{"Name": "job", "Image": IMAGE, "Command": ["sh", "-c", script]}],
        )["ContainerGroupId"]
        for line in client.logs(group_id, follow=True):
            console.print(f"[{COLOURS[name]}]{name:>6}[/] {line}", highlight=False)
        result = client.wait_and_tail(group_id, console=Console(quiet=True))  # all was shown: only its end
        client.delete_container_group(ContainerGroupId=group_id)
        assert result.cost  # the real service tells no cost
        return name, result.status, result.exit_codes["job"], result.cost.amount


with ThreadPoolExecutor(len(JOBS)) as pool:
    results = list(pool.map(run, JOBS))

table = Table("job", "status", "exit code", "cost (CNY)", box=None)
for name, status, code, amount in results:
    table.add_row(name, status, str(code), f"{amount:.6f}", style="red" if code else "")
console.print(table)
failed = [name for name, _, code, _ in results if code]
total = sum(amount for *_, amount in results)
console.print(
    f"{len(results) - len(failed)} passed, {len(failed)} failed ({', '.join(failed)}), {total:.6f} CNY"
)
