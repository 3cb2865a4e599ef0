"""A function run in a forked child that has little memory, little time and no files to open."""

import gc
import os
import resource
import select
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SECONDS = 25  # by the clock on the wall
CPU_SECONDS = 20
MEMORY = 1 << 30  # on top of what the parent has mapped
MAX_ANSWER = 32 << 20

# Held from making the pipe until the parent has closed its writing end: a child that another
# thread forks in between would keep that end open, and the reader would wait for the wrong child.
_forking = threading.Lock()


def run(work: Callable[[], bytes]) -> bytes | None:
    """What `work` returned in a child process, or None where it died, hung or said too much.

    `work` must not import, lock, or touch what belongs to the parent, above all the database. Safe
    from any thread and from a daemonic worker.
    """
    with _forking:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            _be_the_child(work, writer)
        os.close(writer)
    answer = None
    try:
        answer = _read(reader, time.monotonic() + SECONDS)
    finally:
        os.close(reader)
        if answer is None:
            os.kill(child, signal.SIGKILL)
        status = _wait(child)
    return answer if status == 0 else None


def _be_the_child(work: Callable[[], bytes], writer: int) -> None:
    """Never returns: leaving this frame would run the parent's own clean-up a second time."""
    status = 1
    try:
        gc.disable()  # a collected connection would say goodbye on the parent's socket
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(SECONDS)  # should the parent be gone by then
        _limit()
        answer = memoryview(work())
        while answer:
            answer = answer[os.write(writer, answer) :]
        status = 0
    finally:
        os._exit(status)


def _limit() -> None:
    """RLIMIT_AS counts what is mapped, so it stands above what the parent's copy has mapped."""
    limits = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    statm = Path("/proc/self/statm")
    if statm.exists():
        mapped = int(statm.read_text().split()[0]) * resource.getpagesize()
        limits = {resource.RLIMIT_AS: mapped + MEMORY, **limits}
    for kind, value in limits.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _read(reader: int, deadline: float) -> bytes | None:
    """All that the child says until it closes its end, or None past the deadline or the size."""
    answer = bytearray()
    waiting = select.poll()  # select() refuses descriptors above 1023
    waiting.register(reader, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        if not waiting.poll(left * 1000):
            continue
        part = os.read(reader, 1 << 16)
        if not part:
            return bytes(answer)
        answer += part
        if len(answer) > MAX_ANSWER:
            return None
    return None


def _wait(child: int) -> int:
    """The child's exit code; 0 where somebody else already buried it (SIGCHLD ignored)."""
    with suppress(ChildProcessError):
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return 0
