"""The interface every container engine driver implements.

Calls block, each has a limit, and each is safe to repeat: creating what exists returns it,
starting what runs and removing what is gone succeed. Names are chosen by the caller and
deterministic, which is what makes a launch safe to run twice.

Errors: every failure is an EngineError; the subclasses are those a caller treats differently.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from typing import IO, Final, Literal, Protocol, TypeVar

from msgspec import Struct, field

from eci_emulator.engine.stats import Stats

#: Labels carried by everything the emulator makes in an engine. Only what carries our own
#: instance label is ever touched.
LABEL_INSTANCE = "eci-emulator.instance"
LABEL_GROUP = "eci-emulator.group"
LABEL_CONTAINER = "eci-emulator.container"
LABEL_ATTEMPT = "eci-emulator.attempt"
LABEL_CACHE = "eci-emulator.cache"
LABEL_ROLE = "eci-emulator.role"  # container | init | sandbox | router | ...

#: The role of the container that copies a volume, named after its target. It may take hours.
ROLE_COPIER = "copier"

#: Longest pull, push or commit of an image, real time.
TRANSFER_SECONDS: Final = 3600.0
#: A pull or push is given up after so long without a word from the engine.
SILENCE_SECONDS: Final = 300.0


class EngineError(Exception):
    """The engine refused or failed; the text is the engine's own."""


class EngineUnavailable(EngineError):
    """The engine did not answer in time or the connection broke: try again later."""


class ImageNotFound(EngineError):
    """The image is not on the engine (create), or not in the registry (pull)."""


class RegistryDenied(EngineError):
    """The registry wants other credentials, or the repository does not exist."""


class RegistryUnreachable(EngineError):
    """The registry did not answer."""


class StartFailed(EngineError):
    """The container exists but could not be started (bad command, bad mount ...)."""


class NotFound(EngineError):
    """No such container, network or volume."""


class DiskFull(EngineError):
    """No space left on the engine's disk."""


class AddressInUse(EngineError):
    """The IP address is taken on the network, or the network's range overlaps another."""


class Fingerprint(Struct, kw_only=True):
    """What the engine is and can do."""

    driver: str  # docker | simulated
    version: str
    cpus: int
    memory: int  # bytes
    runtimes: list[str] = field(default_factory=list)
    gpus: int = 0
    engine_id: str = ""


class Mount(Struct, kw_only=True):
    """A volume of the engine at a path in a container."""

    target: str
    volume: str  # its name on the engine
    sub_path: str = ""  # a file or folder inside the volume; a folder is made if there is nothing
    read_only: bool = False


class ContainerConfig(Struct, kw_only=True):
    """Everything needed to create one engine container."""

    name: str
    image: str
    labels: dict[str, str]
    entrypoint: list[str] | None = None  # None: the image's own
    command: list[str] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    working_dir: str = ""
    hostname: str = ""
    # The network: join another container's namespace, or one of one's own with a chosen address.
    # Who joins has the other's hostname, extra hosts and net.* sysctls; its own are ignored.
    join: str = ""  # name of the container whose network namespace is shared
    network: str = ""
    ip: str = ""
    nano_cpus: int = 0  # 1e9 = one vCPU; 0: no limit
    memory: int = 0  # bytes; 0: no limit
    pids_limit: int = 4096
    mounts: list[Mount] = field(default_factory=list)
    user: str = ""
    cap_add: list[str] = field(default_factory=list)
    cap_drop: list[str] = field(default_factory=list)
    read_only_root: bool = False
    sysctls: dict[str, str] = field(default_factory=dict)
    extra_hosts: dict[str, str] = field(default_factory=dict)  # hostname -> IP
    tty: bool = False
    stdin: bool = False
    stdin_once: bool = False
    runtime: str = ""  # OCI runtime; "": the engine's default
    share_pid_with: str = ""  # name of the container whose process namespace is shared
    gpus: int = 0
    restart: bool = False  # by the engine, whenever it ends


ContainerPhase = Literal["created", "running", "paused", "exited", "removing", "dead"]


class ContainerInfo(Struct, kw_only=True):
    """One engine container as observed. Times are seconds since the epoch, real time."""

    id: str
    name: str
    phase: ContainerPhase
    labels: dict[str, str]
    image: str = ""
    pid: int = 0
    exit_code: int | None = None
    oom_killed: bool = False
    started_at: float = 0.0
    finished_at: float = 0.0
    error: str = ""  # the engine's text when a start failed
    ip: str = ""
    networks: dict[str, str] = field(default_factory=dict)  # network name -> address


class ImageInfo(Struct, kw_only=True):
    id: str
    reference: str
    size: int  # bytes
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    user: str = ""
    working_dir: str = ""
    stop_signal: str = ""  # the signal its containers want to be stopped with; "": SIGTERM


class RegistryAuth(Struct, kw_only=True):
    """Credentials for one pull; repr never shows the password."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"RegistryAuth(username={self.username!r}, password=***)"


class EngineEvent(Struct, kw_only=True):
    """A hint that something happened; the truth is what ``list_containers`` says."""

    action: str  # start | die | oom | destroy | ...
    container_id: str
    name: str
    labels: dict[str, str]
    time: float
    exit_code: int | None = None


class ExecResult(Struct, kw_only=True):
    exit_code: int
    output: bytes  # stdout and stderr in the order they came
    stdout: bytes = b""
    stderr: bytes = b""
    truncated: bool = False
    timed_out: bool = False


class ExecStream(Protocol):
    """A running command in a container, both ways."""

    def read(self) -> tuple[int, bytes] | None:
        """Block for the next piece: (1 = stdout | 2 = stderr, bytes); None when the command ended."""

    def write(self, data: bytes) -> None: ...
    def close_stdin(self) -> None: ...
    def resize(self, rows: int, columns: int) -> None: ...
    def exit_code(self) -> int | None:
        """The exit code once the command has ended, None while it runs."""

    def kill(self) -> None:
        """Kill the command, if the engine is on this machine; elsewhere it is left to itself."""

    def close(self) -> None: ...


Item_co = TypeVar("Item_co", covariant=True)


class Stream(Iterator[Item_co], Protocol[Item_co]):
    """Things as they happen; iterating blocks until the next one."""

    def close(self) -> None:
        """End the stream, from any thread: whoever waits for the next item gets the end."""


class PullProgress(Struct, kw_only=True):
    done: int
    total: int


class Engine(Protocol):
    """A container engine. One object per process; its methods may be called from several threads."""

    def fingerprint(self) -> Fingerprint: ...

    # Images
    def image(self, reference: str) -> ImageInfo | None:
        """The image if the engine has it."""

    def pull(
        self,
        reference: str,
        auth: RegistryAuth | None = None,
        *,
        timeout: float = TRANSFER_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> Generator[PullProgress, None, None]:
        """Pull an image; iterate to the end to finish. Closing the iterator gives the pull up.
        Without ``auth`` the registry is asked as a stranger. Raises ImageNotFound,
        RegistryDenied, DiskFull; RegistryUnreachable also when nothing comes for ``silence``
        seconds, or the whole takes longer than ``timeout``."""

    def remove_image(self, reference: str) -> None:
        """Remove a name of an image, and the image with its last; no error when it is gone.

        By its id an image is removed that has no name any more. Raises EngineError when it has one,
        or a container has the image.
        """

    def commit(self, container: str, reference: str, *, author: str = "", message: str = "") -> str:
        """Make an image of a container; returns its id."""

    def push(self, reference: str, auth: RegistryAuth | None = None) -> None:
        """Push an image to its registry. Raises as ``pull`` does."""

    def ensure_base_image(self) -> str:
        """The reference of the emulator's own small image (sandbox, router), made if need be."""

    # Networks and volumes
    def ensure_network(
        self, name: str, subnet: str, *, gateway: str, default_gateway: str, labels: Mapping[str, str]
    ) -> None:
        """A bridge network with the given subnet. ``gateway`` is the bridge's own address;
        containers get ``default_gateway`` as their default route (the VPC's router).
        Raises AddressInUse when the range overlaps another network's, or the network exists with
        another range."""

    def list_networks(self, labels: Mapping[str, str]) -> list[str]: ...
    def foreign_subnets(self, labels: Mapping[str, str]) -> list[str]:
        """The ranges of all networks that do not carry these labels: ours must keep clear of them."""

    def remove_network(self, name: str) -> None:
        """No error when it is gone; EngineError while containers run on it."""

    def ensure_volume(
        self,
        name: str,
        labels: Mapping[str, str],
        *,
        driver_options: Mapping[str, str] | None = None,
    ) -> None: ...
    def list_volumes(self, labels: Mapping[str, str]) -> list[str]: ...
    def remove_volume(self, name: str) -> None:
        """No error when it is gone; EngineError while a container has it, running or not."""

    def put_files(self, volume: str, files: Mapping[str, tuple[bytes, int]]) -> None:
        """Write files (relative path -> content, mode) into a volume. A path that ends in ``/`` is a
        folder; ``./`` is the volume's own, which belongs to root with mode 755 otherwise.
        Raises NotFound."""

    def fill_file(
        self, volume: str, path: str, pieces: Iterable[bytes], mode: int
    ) -> Generator[int, None, None]:
        """Write a large file into a volume piece by piece; yields how many bytes have been taken.
        It is there, whole, when the iteration has come to its end. Raises NotFound, DiskFull."""

    def copy_volume(self, source: str, target: str) -> Generator[None, None, None]:
        """Copy everything of a volume into another; it goes on while it is iterated over. Raises
        StartFailed when the source cannot be mounted, NotFound, DiskFull."""

    def read_files(self, volume: str) -> Iterator[tuple[str, IO[bytes]]]:
        """The files in a volume, by path, each open until the next is asked for. What is no plain file
        is left out. Raises NotFound."""

    def volume_usage(self, name: str) -> int:
        """Bytes used in a volume. Raises NotFound."""

    # Containers
    def create(self, config: ContainerConfig) -> str:
        """Create a container, or find the one of that name that carries the same labels; returns
        its id. Raises ImageNotFound, DiskFull; EngineError when the name belongs to another."""

    def start(self, name: str) -> None:
        """Start a container that has never run; one that has, is left as it is.
        Raises StartFailed with the engine's reason, AddressInUse, NotFound."""

    def signal(self, name: str, signal: str) -> None:
        """Send a signal to the main process; no error when it has ended already."""

    def remove(self, name: str) -> None:
        """Kill if need be and remove, with its anonymous volumes; no error when it is gone."""

    def inspect(self, name: str) -> ContainerInfo | None: ...
    def list_containers(self, labels: Mapping[str, str], *, but: Collection[str] = ()) -> list[ContainerInfo]:
        """All containers, running or not, that carry these labels ("" as value: any value), ``but`` those
        of these names: while it tidies up after one that has ended, an engine may keep who asks waiting."""

    def read_file(self, name: str, path: str, *, limit: int) -> bytes | None:
        """The head of a file in a container (running or not) or in a volume of it; None when there
        is none. What lies in a memory file system, as all of /dev does, is not seen."""

    # Looking in
    def exec(
        self, name: str, argv: Sequence[str], *, timeout: float, limit: int, user: str = ""
    ) -> ExecResult:
        """Run a command to its end, ``timeout`` seconds and ``limit`` bytes of output at most.
        After the time it is killed (if the engine is on this machine; elsewhere it is left to
        itself), ``timed_out`` is set and the exit code is -1. A program that cannot be run gives
        126 or 127. Raises NotFound when the container is not running."""

    def exec_stream(self, name: str, argv: Sequence[str], *, tty: bool, stdin: bool) -> ExecStream:
        """Begin a command to talk with. Raises NotFound when the container is not running."""

    def logs(
        self,
        name: str,
        *,
        tail: int | None = None,
        since: float = 0.0,
        timestamps: bool = False,
        limit: int | None = None,
    ) -> bytes:
        """The log so far, stdout and stderr in order; ``limit`` keeps the last bytes.
        Raises NotFound."""

    def stats(self, name: str) -> Stats | None:
        """The container's counters; None when it does not run."""

    def written_bytes(self, name: str) -> int:
        """Bytes on the disk that a container has written outside its volumes; 0 when it is gone."""

    # Watching
    def events(self, labels: Mapping[str, str], since: float = 0.0) -> Stream[EngineEvent]:
        """Starts, ends (``die``), memory kills (``oom``) and removals (``destroy``) of containers
        with these labels, from now or a time on; hearing begins before this returns. Ends or
        raises EngineUnavailable when the stream breaks: the caller looks at the list and asks again."""

    def close(self) -> None: ...
