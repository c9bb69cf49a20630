"""Every setting of the emulator, read once from ``ECI_EMULATOR_*`` into one frozen object.

A setting is a field of `Settings`; its environment variable is ``ECI_EMULATOR_`` and the field's name
in capitals, its meaning the field's description (docs/settings.md repeats them; a test compares).
An empty variable counts as not set.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field
from platformdirs import user_state_path

PREFIX = "ECI_EMULATOR_"
SECRETS = ("access_key_secret", "redis_url", "s3_access_key_secret")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingsError(Exception):
    """A variable that is no setting, or a value that does not fit; the text names the variable."""


def _default_state_dir() -> Path:
    return user_state_path("eci-emulator")


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The settings of one emulator instance. Sizes in bytes, times in seconds unless said otherwise."""

    # Where it listens
    host: Annotated[
        str,
        Meta(
            description="Address the API listens on. Anything but loopback lets others run containers here."
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port of the API; 0 picks a free one.")] = 4588

    https_port: Annotated[
        int, Meta(ge=0, le=65535, description="Port of the API over HTTPS; 0: none. See `eci-emulator cert`.")
    ] = 0

    # What it keeps
    state_dir: Annotated[
        Path, Meta(description="Folder of everything kept: Redis data, logs, lock. One instance per folder.")
    ] = field(default_factory=_default_state_dir)
    instance: Annotated[
        str,
        Meta(
            pattern=r"^[a-z0-9-]*$",
            description="Id of this instance: the label on all it makes in an engine. "
            "Empty: made once and kept in the state folder.",
        ),
    ] = ""
    socket_dir: Annotated[
        Path | None,
        Meta(
            description="Folder of the unix sockets between the processes. "
            "Empty: the state folder, or one under /tmp when its path is too long for a socket."
        ),
    ] = None
    redis_url: Annotated[
        str, Meta(description="An existing Redis to use. Empty: a private one is started on a unix socket.")
    ] = ""
    init_dir: Annotated[
        Path | None,
        Meta(
            description="Folder of init hooks (docs/init.md): requests and programs that are run in the order of "
            "their names before the emulator is ready."
        ),
    ] = None

    # The container engine
    engine: Annotated[
        Literal["auto", "docker", "simulated"],
        Meta(
            description="Container engine; `auto` is Docker where it answers, "
            "else the simulated engine, which runs nothing."
        ),
    ] = "auto"
    engine_note: Annotated[
        str, Meta(description="Why `auto` fell back to the simulated engine; set by `up` for its processes.")
    ] = ""
    engine_url: Annotated[
        str, Meta(description="Address of the Docker engine. Empty: `DOCKER_HOST`, else the usual socket.")
    ] = ""
    oci_runtime: Annotated[
        str,
        Meta(
            description="OCI runtime for container groups (runc, crun, runsc ...). Empty: the engine's own."
        ),
    ] = ""
    warm_sandboxes: Annotated[
        int, Meta(ge=0, description="Sandboxes made ahead of need, which makes starts faster.")
    ] = 0
    workers: Annotated[
        int, Meta(ge=1, le=64, description="Worker processes; each has one engine operation in flight.")
    ] = 4
    host_name: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            description="Name of this Docker host among those that share a Redis.",
        ),
    ] = "local"
    zones: Annotated[
        str, Meta(description="Zones that this Docker host serves, comma separated. Empty: all.")
    ] = ""
    node_address: Annotated[
        str,
        Meta(
            pattern=r"^$|^.+:\d+$",
            description="`host:port` where this host's node agent can be reached by an API on another machine. "
            "Empty: a unix socket.",
        ),
    ] = ""

    # The cloud it stands for
    region: Annotated[str, Meta(description="Region of a request that names none.")] = "cn-hangzhou"
    strict_network: Annotated[
        bool,
        Meta(
            description="Refuse vSwitches and security groups that were never created, "
            "instead of inventing them on first use."
        ),
    ] = False
    throttling: Annotated[
        bool, Meta(description="Limit the rate of calls as the published limits of the service do.")
    ] = False
    image_pull: Annotated[
        Literal["real", "eci"],
        Meta(
            description="`real`: an image on the host is used at once. "
            "`eci`: without an image cache it costs the time its pull takes on ECI."
        ),
    ] = "real"
    pull_bandwidth: Annotated[
        float,
        Meta(gt=0, description="Megabytes per second of an image pull on ECI, for `image_pull` = `eci`."),
    ] = 7.0
    registries_file: Annotated[
        Path | None,
        Meta(
            description="File of rules for images (docs/images.md): mirrors, local images in the place of "
            "others, credentials of registries. Read at start."
        ),
    ] = None
    pull_silence_seconds: Annotated[
        float,
        Meta(gt=0, description="Time without a byte from a registry or a data source that ends a transfer."),
    ] = 60.0
    image_gc_hours: Annotated[
        float,
        Meta(
            ge=0,
            description="Hours (real time) that a pulled image stays after the last group or cache that "
            "needed it; 0: for ever.",
        ),
    ] = 24.0
    image_gc_gib: Annotated[
        float,
        Meta(
            ge=0,
            description="GiB that pulled images may take together; beyond it unneeded ones go at once, "
            "the longest unneeded first. 0: no limit.",
        ),
    ] = 0.0
    commit_registry: Annotated[
        str,
        Meta(
            description="Registry that CommitContainer pushes to (`host:port`), in the place of a Container "
            "Registry instance. Empty: only images whose repository names a registry can be pushed."
        ),
    ] = ""
    exec_seconds: Annotated[
        float, Meta(gt=0, description="Longest run of a command of ExecContainerCommand with Sync.")
    ] = 60.0
    exec_bytes: Annotated[
        int, Meta(gt=0, description="Most output kept of a command of ExecContainerCommand with Sync.")
    ] = 1024 * 1024

    # Buckets
    s3_endpoint_url: Annotated[
        str,
        Meta(
            description="Server that speaks S3 and stands for OSS: what FlexVolumes of alicloud/oss mount. "
            "Empty: they cannot be mounted."
        ),
    ] = ""
    s3_access_key_id: Annotated[
        str, Meta(description="Access key for that server. Empty: the one in the volume's options.")
    ] = ""
    s3_access_key_secret: Annotated[str, Meta(description="The secret of `s3_access_key_id`.")] = ""

    # Money and the market
    price_list: Annotated[
        str, Meta(description="Price list of the bill and of spot deals: `china`, `international` or a file.")
    ] = "china"
    market_dir: Annotated[
        Path | None,
        Meta(
            description="Folder of data files (regions, sizes, types, prices) that replace the built-in ones."
        ),
    ] = None
    discounts_file: Annotated[
        Path | None, Meta(description="File of reserved-instance coupons and savings plans.")
    ] = None
    budget: Annotated[
        float,
        Meta(
            ge=0,
            description="Groups are refused with `Account.Arrearage` once the bill has come to so much; 0: never.",
        ),
    ] = 0.0
    vcpu_quota: Annotated[
        float, Meta(ge=0, description="vCPUs that an account may use at a time in a region; 0: no limit.")
    ] = 1000.0
    spot_seed: Annotated[
        int, Meta(description="Seed of the spot prices, and of the choice among vSwitches of equal stock.")
    ] = 0
    spot_notice_seconds: Annotated[
        float, Meta(ge=0, description="Time between the warning and the release of a spot group.")
    ] = 180.0
    host_overcommit: Annotated[
        float,
        Meta(
            ge=0,
            description="How many times its vCPUs and memory a Docker host may have sold; 0: as often as you like.",
        ),
    ] = 0.0

    # Who may call
    keys_file: Annotated[
        Path | None,
        Meta(
            description="File of access keys. With keys, signatures are verified; without, anyone may call."
        ),
    ] = None
    access_key_id: Annotated[str, Meta(description="One access key, instead of a keys file.")] = ""
    access_key_secret: Annotated[str, Meta(description="The secret of `access_key_id`.")] = ""

    # What it tells
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="The least important lines logged; `debug` has the calls that only read."),
    ] = "info"
    log_format: Annotated[
        Literal["text", "json"], Meta(description="Log lines for people or for programs.")
    ] = "text"

    def __repr__(self) -> str:
        shown = {name: value for name, value in msgspec.structs.asdict(self).items() if name not in SECRETS}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the API."""
        return self.host in LOOPBACK

    @property
    def sockets(self) -> Path:
        """The folder of the unix sockets."""
        return self.socket_dir or self.state_dir

    @property
    def zone_ids(self) -> list[str]:
        """The zones that this Docker host serves; none: all."""
        return [zone.strip() for zone in self.zones.split(",") if zone.strip()]

    @property
    def agent(self) -> str:
        """Where this host's node agent is reached."""
        return f"http://{self.node_address}" if self.node_address else f"unix://{self.sockets / 'node.sock'}"

    @property
    def private_redis(self) -> bool:
        """Whether the emulator starts a Redis of its own."""
        return not self.redis_url

    def to_env(self) -> dict[str, str]:
        """The variables from which `load` makes exactly these settings again."""
        return {PREFIX + name.upper(): _text(value) for name, value in self.to_dict().items()}

    def to_dict(self) -> dict[str, Any]:
        """Plain values by name, those that `load` takes; empty ones are left out."""
        values = msgspec.structs.asdict(self)
        return {name: _plain(value) for name, value in values.items() if value not in ("", None)}

    def with_instance(self) -> Settings:
        """These settings with the id of the state folder's instance, made on first use."""
        if self.instance:
            return self
        return msgspec.structs.replace(self, instance=_kept_instance(self.state_dir))


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """The settings of an environment (this process's by default); an override of None counts as not given.

    Raises SettingsError.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and value
    }
    values |= {name: value for name, value in overrides.items() if value is not None}
    _refuse_unknown(values)
    settings = _convert(values)
    return msgspec.structs.replace(settings, state_dir=settings.state_dir.expanduser().absolute())


def _refuse_unknown(values: Mapping[str, object]) -> None:
    for name in values.keys() - set(Settings.__struct_fields__):
        near = get_close_matches(name, Settings.__struct_fields__, n=1)
        hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""
        raise SettingsError(f"{PREFIX}{name.upper()} is not a setting{hint}")


def _convert(values: Mapping[str, object]) -> Settings:
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        name = path.removesuffix("`")
        raise SettingsError(f"{PREFIX}{name.upper()}={values[name]!r} does not fit: {reason}") from None


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kept_instance(state_dir: Path) -> str:
    """The id in the folder; of two processes that make one at the same time, both get the first's."""
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = state_dir / "instance"
    if not path.exists():
        made = state_dir / f"instance.{os.getpid()}"
        made.write_text(secrets.token_hex(4))
        with suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    return path.read_text().strip()
