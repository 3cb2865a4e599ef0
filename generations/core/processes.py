"""Children that end with their parent, and groups of processes that end whole.

Only the standard library: it is used before the settings load.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

PARENT = "FLUXHUB_PARENT"
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None)  # loaded now: after a fork is no time to load libraries


def spawn(
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C on the terminal does not reach it.

    The child calls `die_with_parent`. Call this from the main thread: for the kernel, the parent
    is the thread.
    """
    return subprocess.Popen(  # noqa: S603  (our own commands, never a shell)
        arguments,
        env={**os.environ, **(environment or {}), PARENT: str(os.getpid())},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=pass_fds,
    )


def die_with_parent() -> None:
    """In a child from `spawn`: be killed when the parent ends, however it ends. Else nothing."""
    if parent := os.environ.pop(PARENT, ""):
        _die_with(int(parent))


def forks_die_with_parent() -> None:
    """The same for everything that this process, and what it forks, will fork."""
    parents = [0]  # the kernel forgets the wish at each fork
    os.register_at_fork(
        before=lambda: parents.__setitem__(0, os.getpid()),
        after_in_child=lambda: _die_with(parents[0]),
    )


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent ended, so that `end_group` can reap them."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_group(leader: subprocess.Popen[bytes], grace: float = 0.0) -> None:
    """Ask the leader to stop, wait `grace` seconds, then kill its whole group until it is empty.

    SIGTERM goes to the leader alone: django-q2 hangs when its children get it too.
    """
    if grace:
        leader.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            leader.wait(grace)
    # A process forked while the group is being killed may be missed, hence the loop.
    while _kill_group(leader.pid):
        leader.poll()
        _reap_group(leader.pid)
        time.sleep(0.01)
    leader.wait()


def _kill_group(group: int) -> bool:
    """False when nothing is left of it."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return False
    return True


def _reap_group(group: int) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-group, os.WNOHANG) != (0, 0):
            pass


def _die_with(parent: int) -> None:
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":  # elsewhere a killed parent leaves its children: only Linux can
        _LIBC.prctl(option, value, 0, 0, 0)
