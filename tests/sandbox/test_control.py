"""The control endpoint and the witness."""

from pathlib import Path

import pytest
import requests

from tests.sandbox.conftest import Caller
from tests.sandbox.running import Sandbox, running_sandbox


@pytest.mark.parametrize("path", ["/control", "/control/log"])
def test_it_opens_to_nobody_without_the_secret(sandbox: Sandbox, path: str) -> None:
    for proof in ("", "wrong", "\u00e9"):
        headers = {"X-Sandbox-Control": proof.encode()}
        assert requests.get(sandbox.url + path, headers=headers, timeout=10).status_code == 401
    assert requests.post(f"{sandbox.url}/control", json={}, timeout=10).status_code == 401


def test_it_says_what_is_set(sandbox: Sandbox) -> None:
    now = sandbox.control(seconds=1, jitter=0.5, rates={"lost": 0.1}, amounts={"slow": 3})
    assert (now["seconds"], now["jitter"]) == (1, 0.5)
    assert (now["rates"], now["amounts"]) == ({"lost": 0.1}, {"slow": "3"})
    assert sandbox.control(rates={})["rates"] == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"speed": 1},
        {"seconds": -1},
        {"seconds": "1"},
        {"rates": {"unknown": 0.5}},
        {"rates": {"lost": 2}},
        {"rates": []},
        {"plans": {"alice": {"rpm": -1}}},
        {"plan": {"colour": 1}},
        {"webhook_pauses": 3},
    ],
)
def test_a_wrong_setting_is_refused(sandbox: Sandbox, changes: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match="BAD_REQUEST"):
        sandbox.control(**changes)


def test_the_witness_tells_every_creation(sandbox: Sandbox, caller: Caller) -> None:
    answer = caller.order("key-1", webhookUrl="http://127.0.0.1:1/hook/token")
    (line,) = sandbox.log("creation")
    assert line.pop("at")
    assert len(line.pop("fingerprint")) == 64
    assert line == {
        "event": "creation",
        "id": answer.json()["data"]["generateimage"]["id"],
        "label": "alice",
        "idempotency_key": "key-1",
        "webhook_url": "http://127.0.0.1:1/hook/token",
        "prompt": "hills at dusk",
        "cost": 10,
        "faults": [],
        "arguments": {},
        "seed": 0,
        "width": 256,
        "height": 256,
        "version": "flux-pro",
        "quality": "standard",
        "path": "/v1/text_to_image",
    }


def test_it_is_written_down_at_once_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "witness.jsonl"
    for lines in (1, 2):
        with running_sandbox(log=file, seconds=60) as sandbox:
            Caller(sandbox, "alice").order()
            assert file.read_text().count('"creation"') == lines


def test_a_reset_begins_anew(sandbox: Sandbox, caller: Caller) -> None:
    job = caller.finished(caller.order("one"))
    sandbox.control(reset=True)
    assert sandbox.log() == []
    assert caller.get(f"/v1/text_to_image/{job['id']}").status_code == 404
    assert caller.get("/v1/balance").json()["data"]["balance"]["credits"] == 1_000_000
    assert "Idempotency-Replayed" not in caller.order("one").headers
