"""`manage.py sandbox` as a process of its own."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.core.management import CommandError, call_command

from generations.core.crypto import derive
from tests.sandbox.running import running_sandbox

MANAGE = Path(settings.BASE_DIR) / "manage.py"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, stop: signal.Signals) -> None:
    log = tmp_path / "witness.jsonl"
    command = [sys.executable, str(MANAGE), "sandbox", "--port", "0", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            match = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert match is not None
            proof = derive(settings.SANDBOX_SECRET, "key:alice")[:32]
            answer = requests.post(
                f"{match[0]}/v1/text_to_image",
                json={"service": "flux-pro", "prompt": "hills"},
                headers={"X-API-Key": f"sandbox_alice_{proof}"},
                timeout=10,
            )
            assert answer.status_code == 200
            assert "POST /v1/text_to_image 200" in process.stdout.readline()
            process.send_signal(stop)
            assert process.wait(timeout=5) == 0
        finally:
            process.kill()
    assert '"event": "creation"' in log.read_text()


def test_a_port_that_is_taken_is_an_error_in_words() -> None:
    with running_sandbox() as taken:
        port = taken.url.rpartition(":")[2]
        with pytest.raises(CommandError, match=f"cannot listen on 127.0.0.1 port {port}"):
            call_command("sandbox", port=int(port))
