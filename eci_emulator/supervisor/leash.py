"""Run a program that ends when its parent does: ``python leash.py PARENT_PID PROGRAM ARGUMENT...``.

The kernel kills the process when the supervisor dies, however it dies; the tie outlives `exec`, so it
holds for programs that know nothing of it, such as redis-server. A file of its own, run by path with
nothing of the project imported, because a hook between fork and exec is not safe in a threaded process.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, argv: list[str]) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the tie was made
        sys.exit(1)
    os.execvp(argv[0], argv)  # noqa: S606  a shell is what this must not have


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
