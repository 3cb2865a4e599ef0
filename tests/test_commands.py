"""`manage.py up` and `serve`, as they are typed."""

import json
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from fluxhub import environment
from tests.browser.hub import Hub, free_ports
from tests.processes import MANAGE, descendants, running, wait_until


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub that runs, from an empty folder."""
    hub = Hub(tmp_path_factory.mktemp("up"))
    hub.link = hub.start()  # type: ignore[attr-defined]
    yield hub
    hub.kill()


def test_from_nothing_it_leads_to_the_set_up_page(hub: Hub) -> None:
    link = hub.link  # type: ignore[attr-defined]
    assert link.startswith(f"{hub.url}/setup/")
    assert get(hub.port, link.removeprefix(hub.url)) == 200
    assert hub.log.count(link) == 1
    assert "Traceback" not in hub.log


def test_its_secrets_are_fresh_and_for_the_owner_only(hub: Hub) -> None:
    file = hub.folder / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secrets = dict(line.split("=", 1) for line in file.read_text().splitlines())
    assert secrets.keys() == {"SECRET_KEY", "FLUXHUB_ENCRYPTION_KEYS", "SANDBOX_SECRET"}
    assert all(len(value) >= 40 and "$" not in value for value in secrets.values())


def test_all_four_parts_run(hub: Hub) -> None:
    wait_until(lambda: get(hub.port, "/readyz") == 200, 30, "ready, the queue beating")
    wait_until(lambda: get(hub.port + 1, "/") > 0, 30, "the sandbox answers")
    wait_until((hub.folder / "live.sock").exists, 30, "live listens")


def test_another_hub_cannot_take_its_port(hub: Hub, tmp_path: Path) -> None:
    other = Hub(tmp_path, port=hub.port)
    answer = subprocess.run(
        [*MANAGE, "up", "--data", str(tmp_path), "--port", str(hub.port)],
        env=dict(other._environment()),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 1
    assert answer.stderr.strip().endswith(f"Port {hub.port} is taken. Choose another with --port.")
    assert "Traceback" not in answer.stderr


def test_createteam_finds_it_by_the_data_folder(hub: Hub) -> None:
    answer = subprocess.run(
        [*MANAGE, "createteam", "Typed", "--owner=a@example.com", "--json", f"--data={hub.folder}"],
        env=dict(hub._environment()),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    made = json.loads(answer.stdout)
    assert made["setup_url"].startswith(hub.url)
    assert get(hub.port, made["setup_url"].removeprefix(hub.url)) == 200


@pytest.mark.parametrize("name", ["web", "worker", "live", "sandbox"])
def test_a_killed_part_is_started_again(hub: Hub, name: str) -> None:
    before = hub.parts()
    before[name].kill()
    wait_until(lambda: hub.parts().get(name, before[name]) != before[name], 30, "a new one")
    after = hub.parts()
    assert {each: part for each, part in after.items() if each != name} == {
        each: part for each, part in before.items() if each != name
    }


def test_ctrl_c_ends_all_of_it_and_everything_is_there_again(hub: Hub) -> None:
    before = (hub.folder / ".env").read_text()
    hub.stop()
    assert "Traceback" not in hub.log
    assert not (hub.folder / "address").exists()
    link = hub.start()
    assert link == f"{hub.url}/"  # somebody is there already, since createteam
    assert (hub.folder / ".env").read_text() == before


def test_a_polite_kill_ends_all_of_it_too(hub: Hub) -> None:
    assert hub.process is not None
    below = descendants(hub.process.pid)
    hub.process.terminate()
    assert hub.process.wait(5) == 0
    assert not [each for each in below if each.is_alive]
    hub.start()


def test_a_rude_kill_leaves_nothing_behind(hub: Hub) -> None:
    assert hub.process is not None
    below = descendants(hub.process.pid)
    hub.process.kill()
    hub.process.wait()
    wait_until(lambda: not any(each.is_alive for each in below), 5, "everything ended")


def test_serve_is_the_web_process_alone(hub: Hub, tmp_path: Path) -> None:
    port = free_ports(1)
    secrets = dict(line.split("=", 1) for line in (hub.folder / ".env").read_text().splitlines())
    values = secrets | {"FLUXHUB_DATA": str(hub.folder), "ACCESS_LOG": "-"}
    with running([*MANAGE, "serve", "--port", str(port)], values, tmp_path / "log") as process:
        wait_until(lambda: get(port, "/healthz") == 200, 30, "web answers")
        get(port, "/setup/a-secret-in-a-link/?next=another")
        below = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        assert not [each for each in below if each.is_alive]
    log = (tmp_path / "log").read_text()
    assert "/setup/…" in log
    assert "a-secret-in-a-link" not in log
    assert "another" not in log


def test_secrets_that_are_there_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment.SECRETS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text("SECRET_KEY=mine\nEMAIL_URL=smtp://mail")  # no last newline
    monkeypatch.setenv("SANDBOX_SECRET_FILE", "/run/secrets/sandbox")
    environment.write_secrets(tmp_path)
    first, second, third = (tmp_path / ".env").read_text().splitlines()
    assert (first, second) == ("SECRET_KEY=mine", "EMAIL_URL=smtp://mail")
    assert third.startswith("FLUXHUB_ENCRYPTION_KEYS=")


@pytest.mark.parametrize("arguments", [["--data", "there"], ["--data=there"]])
def test_the_data_folder_is_taken_before_the_settings_load(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLUXHUB_DATA", "elsewhere")
    line = ["manage.py", "migrate", *arguments, "--check"]
    environment.take_data_folder(line)
    assert line == ["manage.py", "migrate", "--check"]
    assert os.environ["FLUXHUB_DATA"] == str(Path("there").resolve())


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000"),
        ("0.0.0.0", "http://127.0.0.1:9000"),  # noqa: S104
        ("::1", "http://[::1]:9000"),
        ("hub.lan", "http://hub.lan:9000"),
    ],
)
def test_the_address_follows_from_host_and_port(host: str, url: str) -> None:
    assert environment.addresses_of(host, 9000) == {
        "SITE_URL": url,
        "SANDBOX_PORT": "9001",
    }


def get(port: int, path: str) -> int:
    """The status, or 0 when nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
