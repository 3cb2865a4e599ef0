"""gunicorn's settings: one process with threads, so that what is kept in memory is one."""

import os
from typing import Any

from gunicorn.glogging import Logger

from generations.core import processes
from generations.core.listening import bracketed, host_and_port
from generations.core.redaction import redact

processes.die_with_parent()


class RedactingLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """An access log without the links that carry their right in them."""

    def atoms(self, *arguments: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(*arguments)
        return atoms | {name: redact(str(atoms[name])) for name in ("r", "U", "f")} | {"q": "-"}


_host, _port = host_and_port([])
bind = f"{bracketed(_host)}:{_port}"
wsgi_app = "fluxhub.wsgi:application"
worker_class = "gthread"
workers = 1
threads = int(os.environ.get("WEB_THREADS") or 16)
graceful_timeout = 5
timeout = 60
control_socket_disable = True  # it would open a socket in $HOME, which a container may not have
logger_class = RedactingLogger
loglevel = "warning"
accesslog = os.environ.get("ACCESS_LOG") or None  # a file, or - for the console
