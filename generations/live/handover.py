"""A connection leaves the web process for the live process, which answers on it from then on.

A stream stays open for minutes, and no web thread may. The kernel passes an open socket from one
process to another over a UNIX socket in the data folder, whose permissions say who may: so the
stream has the hub's own address, its login and its rights, and the live process opens no port.
"""

import errno
import json
import os
import socket
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

LONGEST = 103  # bytes that every system takes as the path of a UNIX socket
PATIENCE = 0.25  # seconds for the live process to take one
MESSAGE = 256  # bytes


class Listener(NamedTuple):
    """Whose page listens, and to which team."""

    team_id: UUID
    user_id: UUID


def is_too_long() -> bool:
    """Whether the data folder's path has no room for the socket."""
    return len(os.fsencode(settings.LIVE_SOCKET)) > LONGEST


def give(connection: object, listener: Listener) -> bool:
    """Give a connection of gunicorn's away; False where nobody takes it.

    Behind gunicorn's back its descriptor becomes that of a connection whose other end is gone:
    what it still does with it (answer, half-close, drain) meets a browser that has left, and
    cannot touch the stream.
    """
    if type(connection) is not socket.socket:  # another server, or one with TLS of its own
        return False
    message = json.dumps([each.hex for each in listener]).encode()
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.settimeout(PATIENCE)
            way.connect(str(settings.LIVE_SOCKET))
            socket.send_fds(way, [message], [connection.fileno()])
    except OSError:
        return False
    nobody, gone = socket.socketpair()
    with nobody, gone:
        os.dup2(nobody.fileno(), connection.fileno(), inheritable=False)
    return True


def open_door() -> socket.socket:
    """Where connections arrive. Raises OSError, also where another live process has it."""
    door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        _clear(settings.LIVE_SOCKET)
        mask = os.umask(0o177)
        try:
            door.bind(str(settings.LIVE_SOCKET))
        finally:
            os.umask(mask)
    except OSError:
        door.close()
        raise
    door.setblocking(False)
    return door


def take(door: socket.socket) -> tuple[Listener, socket.socket] | None:
    """The next connection; None where it got lost, for want of descriptors."""
    message, descriptors, _flags, _address = socket.recv_fds(door, MESSAGE, 1)
    if not descriptors:
        return None
    connection = socket.socket(fileno=descriptors[0])
    return Listener(*map(UUID, json.loads(message))), connection


def _clear(path: Path) -> None:
    """What a killed process left. Raises OSError where a living one answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        try:
            way.connect(str(path))
        except FileNotFoundError:
            return
        except ConnectionRefusedError:
            path.unlink()
            return
    raise FileExistsError(errno.EEXIST, "another live process answers there")
