"""The metadata server's data: a file for each address, in a volume of the network's router."""

from __future__ import annotations

import ipaddress
from typing import Final

from eci_emulator.controller.names import Names
from eci_emulator.engine.driver import Engine
from eci_emulator.model.group import ContainerGroup, Placement
from eci_emulator.model.metadata import RELEASE_NOTICE, lines, metadata
from eci_emulator.model.ranges import engine_subnet
from eci_emulator.model.times import iso
from eci_emulator.store.database import Store
from eci_emulator.store.role_keys import credentials

METADATA_ADDRESS: Final = "100.100.100.200"
METADATA_FOLDER: Final = "/metadata"

_MODE: Final = 0o644

#: Answers one request on standard input. The address that asks is found in the kernel's table of
#: connections, in its spelling (``0500400A`` is 10.64.0.5), which names the file of the group.
SERVE_SCRIPT: Final = r"""
answer() {
  printf 'HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' \
    "$1" "${#2}" "$2"
  exit
}
cr=$(printf '\r') tab=$(printf '\t')
read -r -t 5 method path _ || exit
while read -r -t 5 line && [ "${line%"$cr"}" ]; do :; done
case $path in
  /*/meta-data | /*/meta-data/*) key=${path#/*/meta-data}; key=${key#/}; key=${key%/} ;;
  /latest/api/token) answer '200 OK' token ;;
  *) answer '404 Not Found' 'not found' ;;
esac
inode=$(readlink /proc/self/fd/0); inode=${inode#socket:[}
set -- $(grep -hm1 " ${inode%]} " /proc/net/tcp /proc/net/tcp6)
peer=${3%:*}; file=FOLDER/${peer#"${peer%????????}"}
cat "$file" "$file.notice" 2>/dev/null | {
  while IFS=$tab read -r name text; do
    [ "$name" = "/$key" ] && answer '200 OK' "$(printf '%b' "$text")"
  done
  answer '404 Not Found' 'not found'
}
""".replace("FOLDER", METADATA_FOLDER)


class Metadata:
    def __init__(self, engine: Engine, names: Names, store: Store) -> None:
        self._engine = engine
        self._names = names
        self._store = store

    def publish(self, group: ContainerGroup) -> None:
        """Let the group's address find the group, and nothing of who had the address before.

        Raises NotFound when the network is not there.
        """
        tree = metadata(group, credentials(self._store.redis, group.id), self._store.clock.now())
        notice = _notice(group.state.spot_release_at) if group.state.spot_release_at else b""
        self._put(group.state.placement, {"": lines(tree), ".notice": notice})

    def announce_release(self, placed: Placement, at: float) -> None:
        """Show that the instance is reclaimed at that time (emulated). Raises NotFound."""
        self._put(placed, {".notice": _notice(at)})

    def _put(self, placed: Placement, contents: dict[str, bytes]) -> None:
        name = ipaddress.ip_address(placed.ip).packed[::-1].hex().upper()
        volume = self._names.metadata(engine_subnet(placed.vpc_cidr, placed.cidr))
        files = {name + suffix: (content, _MODE) for suffix, content in contents.items()}
        self._engine.put_files(volume, files)


def _notice(at: float) -> bytes:
    return lines({RELEASE_NOTICE: iso(at)})
