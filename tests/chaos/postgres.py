"""A PostgreSQL of the drill's own, which can crash."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

ACCOUNT = "postgres"  # the server refuses to run as root
START_SECONDS = 30.0


def free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, or None where there is none that we may use."""
    usual = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = shutil.which("initdb")
    for place in [Path(found), *usual] if found else usual:
        folder = place.resolve().parent
        if (folder / "postgres").exists() and (os.getuid() or _account_exists()):
            return folder
    return None


class Postgres:
    def __init__(self, folder: Path) -> None:
        self._bin = folder
        self.port = free_port()
        self.home = Path(tempfile.mkdtemp(prefix="fluxhub-chaos-pg-"))
        self._as: dict[str, object] = {"cwd": "/"}
        if os.getuid() == 0:
            os.chown(self.home, pwd.getpwnam(ACCOUNT).pw_uid, -1)
            self._as |= {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        arguments = ["-D", f"{self.home}/data", "-U", ACCOUNT, "-A", "trust", "-E", "UTF8"]
        self._run("initdb", *arguments, "--locale=C.UTF-8", "--no-sync")

    @property
    def url(self) -> str:
        return f"postgres://{ACCOUNT}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Returns when it takes connections again, its recovery done."""
        command = [f"{self._bin}/postgres", "-D", f"{self.home}/data", "-p", str(self.port)]
        command += ["-k", str(self.home), "-c", "listen_addresses=127.0.0.1"]
        # What is written survives the crash of a process: only the machine's own would need fsync.
        command += ["-c", "max_connections=100", "-c", "fsync=off"]
        if shutil.which("setpriv"):  # it ends with us, however we end
            command = ["setpriv", "--pdeathsig", "QUIT", *command]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as)  # type: ignore[call-overload]
        deadline = time.monotonic() + START_SECONDS
        while self._call("pg_isready", "-h", "127.0.0.1", "-p", str(self.port)):
            assert time.monotonic() < deadline, "PostgreSQL does not start."
            time.sleep(0.1)

    def crash(self) -> None:
        """What `pg_ctl -m immediate stop` does: no checkpoint, every connection cut."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(20)

    def remove(self) -> None:
        if self._process and self._process.poll() is None:
            self.crash()
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, name: str, *arguments: str) -> None:
        assert self._call(name, *arguments) == 0, f"{name} failed."

    def _call(self, name: str, *arguments: str) -> int:
        done = subprocess.run(
            [f"{self._bin}/{name}", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as,  # type: ignore[call-overload]
        )
        return int(done.returncode)


def _account_exists() -> bool:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return False
    return True
