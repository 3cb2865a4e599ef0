"""An upstream that costs next to nothing and takes its time: `-m tests.bench.upstream SECONDS`.

It accepts every order, each after so many seconds, and never finishes a picture. Prints its port.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

HEAD = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


@contextmanager
def upstream(seconds: float) -> Iterator[str]:
    """Its address while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.upstream", str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


class Answers:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.numbers = count(1)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: its requests one after the other."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(_length(head))
                await asyncio.sleep(self.seconds)
                job = {"id": f"job{next(self.numbers)}", "status": "processing", "url": None}
                body = json.dumps({"data": {"generateimage": job}}).encode()
                writer.write(HEAD % len(body) + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the caller is gone
        finally:
            writer.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return int(value)
    return 0


async def _main(seconds: float) -> None:
    server = await asyncio.start_server(Answers(seconds).take, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(float(sys.argv[1])))
