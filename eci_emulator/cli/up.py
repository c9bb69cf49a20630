"""``eci-emulator up``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from shutil import which
from typing import Any

import click

from eci_emulator.cli import options
from eci_emulator.cli.removal import remove_all
from eci_emulator.settings import Settings
from eci_emulator.supervisor import lock, probe, state

READY_LIMIT = 60.0
INIT_LIMIT = 600.0  # for init hooks, beside it
HOPELESS = 3  # restarts of one process before anything was ready
TAIL = 15


@click.command()
@click.option("-d", "--detach", is_flag=True, help="Run in the background; return when it is ready.")
@options.setting("port", type=click.IntRange(0, 65535), metavar="N")
@options.setting("host", metavar="ADDR")
@options.setting("https_port", type=click.IntRange(0, 65535), metavar="N")
@options.setting("engine")
@options.setting("engine_url", metavar="URL")
@options.setting("redis_url", metavar="URL")
@options.setting("workers", type=int, metavar="N")
@options.setting("warm_sandboxes", type=int, metavar="N")
@options.setting("init_dir", type=click.Path(exists=True, file_okay=False, resolve_path=True), metavar="DIR")
@options.state_dir
@click.option("--keep", is_flag=True, help="On Ctrl-C keep containers and records, as after SIGTERM.")
@click.option(
    "--leash", is_flag=True, help="End as on Ctrl-C when standard input ends: with the program that holds it."
)
def up(detach: bool, keep: bool, leash: bool, **given: Any) -> None:
    """Start the emulator. Redis, the API server, workers and the node agent run as one supervised tree.

    In the foreground all logs are shown. Ctrl-C stops it and removes its containers, networks, volumes and
    records, as `down` does. SIGTERM, or a crash, stops it and keeps them: the next `up` goes on with them.
    """
    if detach and leash:
        raise click.UsageError("--leash is for the foreground: nobody holds the input of --detach")
    settings = options.read(**given)
    running = lock.holder(settings.state_dir)
    if running and not detach:
        raise click.ClickException(str(lock.AlreadyRunning(running)))
    if running:
        endpoint = state.read_endpoint(settings.state_dir)
        click.echo(f"Already running on {endpoint.url if endpoint else '?'} (process {running}).")
    elif detach:
        _background(settings)
    else:
        _foreground(settings, keep=keep, leash=leash)


def _foreground(settings: Settings, *, keep: bool, leash: bool) -> None:
    from eci_emulator.supervisor.run import run
    from eci_emulator.supervisor.tree import StartError

    try:
        with lock.hold(settings.state_dir):
            ended = run(settings, sys.stdout, sys.stdin if leash else None)
            if ended is signal.SIGINT and not keep:
                remove_all(settings.state_dir)
            else:
                click.echo("Containers and records are kept: `up` goes on with them, `down` removes them.")
    except (StartError, lock.AlreadyRunning) as error:
        raise click.ClickException(str(error)) from None


def _background(settings: Settings) -> None:
    from rich.console import Console

    began = time.monotonic()
    log = state.logs_dir(settings.state_dir) / "up.log"
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    log.parent.mkdir(exist_ok=True)
    with log.open("w") as output, Console().status("Starting the emulator ..."):
        process = subprocess.Popen(
            [sys.executable, "-m", "eci_emulator.supervisor"],
            env={**os.environ, **settings.to_env()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            limit = READY_LIMIT + (INIT_LIMIT if settings.init_dir else 0)
            failure = _wait(process, settings.state_dir, limit)
        except KeyboardInterrupt:
            failure = "Given up."
        if failure:
            process.terminate()
            process.wait()
    if failure:
        raise click.ClickException(failure)
    _tell(state.read_endpoint(settings.state_dir), time.monotonic() - began)


def _wait(process: subprocess.Popen[bytes], state_dir: Path, limit: float) -> str:
    """Wait until the emulator is ready; otherwise tells why it is not."""
    deadline = time.monotonic() + limit
    answer = probe.Answer()
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return f"The emulator ended while starting.{_tail(state_dir, 'up')}"
        endpoint = state.read_endpoint(state_dir)
        if endpoint and endpoint.pid == process.pid:
            answer = probe.ask(endpoint.url, "/_eci/ready")
            if answer.ok:
                return ""
            for child in state.read_processes(state_dir):
                if child.restarts >= HOPELESS:
                    return f"{child.name} crashes again and again.{_tail(state_dir, child.name)}"
        time.sleep(0.05)
    missing = "; ".join(text for text in answer.body.get("checks", {}).values() if text)
    return f"Not ready within {limit:g} s: {missing or 'no answer'}.{_tail(state_dir, 'api')}"


def _tail(state_dir: Path, name: str) -> str:
    """The last lines of a log."""
    path = state.logs_dir(state_dir) / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines()[-TAIL:] if path.exists() else []
    return "\n".join(["", f"--- the end of {path}", *lines])


def _tell(endpoint: state.Endpoint | None, seconds: float) -> None:
    if endpoint is None:
        return
    from eci_emulator.supervisor.run import notices

    for line in notices(endpoint.run_settings()):
        click.secho(line, fg="yellow", bold=True)
    click.echo(f"Ready on {endpoint.url} after {seconds:.1f} s (engine {endpoint.engine}).")
    program = "eci-emulator" if which("eci-emulator") else sys.argv[0]
    click.echo(f"Go on with: {program} status | logs -f | env | down")
    _tell_hooks(endpoint)


def _tell_hooks(endpoint: state.Endpoint) -> None:
    """What has become of the init hooks; one that failed makes the command fail."""
    if endpoint.run_settings().init_dir is None:
        return
    hooks = probe.ask(endpoint.url, "/_eci/init").body.get("hooks", [])
    for hook in hooks:
        click.secho(
            f"init hook {hook['name']} {hook['state']}: {hook['message']}",
            fg="red" if hook["state"] == "failed" else None,
        )
    if any(hook["state"] == "failed" for hook in hooks):
        raise click.ClickException("AN INIT HOOK FAILED. The emulator runs, without what it would have made.")
