"""What import-linter cannot see of the house's rules."""

import ast
import re
import tomllib
import uuid
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.db.models import ForeignObjectRel, Model
from django.test import Client
from django.urls import URLPattern, get_resolver

from generations.teams.models import Team, User
from tests.conftest import SignIn

PROJECT = Path(__file__).resolve().parent.parent
WALL = 300  # lines of Python

# Every address that answers without a login, and why it may.
PUBLIC = {
    "home",  # sends visitors on to sign in; before the set-up it says where the link is
    "healthz", "readyz",  # for load balancers; they say nothing about anybody
    "setup", "join", "owner_link",  # the token in the address is the right
    "hook", "result_file",  # so here
    "text_to_image", "text_to_image_status", "api-root", "v1_nothing", "graphql",  # API keys
    "account_login", "account_logout", "account_signup", "account_inactive",
    "account_reset_password", "account_reset_password_done", "account_confirm_email",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_email_verification_sent", "account_confirm_login_code",
}  # fmt: skip
# Beside the slices: folders of tests and templates about the whole.
SPANNING_TESTS = {"bench", "browser", "chaos", "race"}
SPANNING_TEMPLATES = {"account", "emails", "layout", "ui"}
# Who speaks to the network itself; everybody else goes through core.http.
SPEAKERS = ("generations/core/", "generations/sandbox/", "generations/live/")
# `up` asks its own web process whether it answers.
SPEAKING_FILES = {"generations/management/commands/up.py"}
NETWORK = {"aiohttp", "http.client", "httpx", "requests", "socket", "urllib.request", "urllib3"}
VAGUE_NAMES = {"helpers.py", "managers.py", "services.py", "utils.py"}


class Address(NamedTuple):
    path: str
    name: str
    pattern: URLPattern

    @property
    def is_public(self) -> bool:
        return not getattr(self.pattern.callback, "login_required", True)

    @property
    def is_of_a_team(self) -> bool:
        return self.path.startswith("t/<slug:team>/")

    def filled(self, team: str) -> str:
        """With values of the right kind, which name nothing that exists but the team."""
        values = {
            "slug": "none",
            "uuid": str(uuid.uuid4()),
            "str": "none",
            "path": "none",
            "int": "1",
        }
        path = re.sub(r"\(\?P<\w+>[^)]*\)", "none", self.path)  # allauth's regular expressions
        path = path.replace("<slug:team>", team).replace("^", "").replace("$", "")
        return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: values[found[1] or "str"], path)


def addresses(resolver: object = None, prefix: str = "") -> Iterator[Address]:
    for pattern in getattr(resolver or get_resolver(), "url_patterns", []):
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(path, pattern.name or path, pattern)
        else:
            yield from addresses(pattern, path)


@cache
def floors() -> dict[str, int]:
    """Slice → its floor, counted from the ground, as import-linter knows them."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["id"] == "floors")
    return {
        name: height
        for height, layer in enumerate(reversed(layers))
        for name in re.split(r"\s*[|:]\s*", layer)
    }


def slices() -> set[str]:
    return {folder.name for folder in (PROJECT / "generations").iterdir()} & floors().keys()


def slice_of(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def our_models() -> list[type[Model]]:
    return list(apps.get_app_config("generations").get_models())


def python_files() -> list[Path]:
    found = [PROJECT / "manage.py"]
    for folder in ("fluxhub", "generations", "tests"):
        found += (PROJECT / folder).rglob("*.py")
    return [file for file in found if "migrations" not in file.parts]


def test_foreign_keys_point_down_and_leave_no_mark_there() -> None:
    wrong = []
    for model in our_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if isinstance(field, ForeignObjectRel) or not isinstance(target, type):
                continue
            if target not in our_models() or slice_of(target) == slice_of(model):
                continue
            if floors()[slice_of(target)] >= floors()[slice_of(model)]:
                wrong.append(f"{model.__name__}.{field.name} does not point down")
            if not getattr(field.remote_field, "hidden", False):
                wrong.append(f'{model.__name__}.{field.name} needs related_name="+"')
    assert wrong == []


def test_tests_and_templates_mirror_the_slices() -> None:
    for folder, spanning in (("tests", SPANNING_TESTS), ("templates", SPANNING_TEMPLATES)):
        found = {each.name for each in (PROJECT / folder).iterdir() if each.is_dir()}
        assert found - {"__pycache__"} - spanning - slices() == set(), folder


def test_every_address_that_needs_no_login_is_listed() -> None:
    assert {address.name for address in addresses() if address.is_public} == PUBLIC


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_past_the_login(client: Client, team: Team, method: str) -> None:
    closed = [address for address in addresses() if not address.is_public]
    answers = {
        address.path: getattr(client, method)(address.filled(team.slug)) for address in closed
    }
    wrong = {
        path: answer.status_code
        for path, answer in answers.items()
        if not answer.get("Location", "").startswith("/accounts/login/")
    }
    assert answers
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_to_the_team_gets_404_everywhere(
    sign_in: SignIn, charlie: User, team: Team, method: str
) -> None:
    client = sign_in(charlie)
    inside = [address for address in addresses() if address.is_of_a_team]
    answers = {
        address.path: getattr(client, method)(address.filled(team.slug)) for address in inside
    }
    assert len(answers) > 20
    assert {path for path, answer in answers.items() if answer.status_code != 404} == set()


def test_every_page_of_a_team_says_which_right_it_takes() -> None:
    without = [
        address.path
        for address in addresses()
        if address.is_of_a_team and not hasattr(address.pattern.callback, "right")
    ]
    assert without == []


def test_what_this_test_fills_in_fits_the_addresses() -> None:
    """Otherwise a 404 would prove nothing."""
    for address in addresses():
        resolved = get_resolver().resolve(address.filled("team"))
        assert resolved.func is address.pattern.callback, address.path


def test_dotted_paths_in_messages_lead_somewhere() -> None:
    """Messages outlive a release: what a path once named must stay there."""
    paths = set()
    for file in (PROJECT / "generations").rglob("*.py"):
        paths |= set(re.findall(r'"(generations\.[\w.]*tasks\.\w+)"', file.read_text()))
    paths.add("generations.core.queue.heartbeat.beat")
    assert len(paths) >= 5
    for path in paths:
        module, _, name = path.rpartition(".")
        assert callable(getattr(import_module(module), name)), path


def test_no_python_file_climbs_over_the_wall() -> None:
    long = {
        str(file.relative_to(PROJECT)): lines
        for file in python_files()
        if (lines := file.read_text().count("\n")) > WALL
    }
    assert long == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    ours = [file for file in python_files() if "tests" not in file.relative_to(PROJECT).parts]
    assert [file for file in ours if file.name in VAGUE_NAMES] == []


def test_only_core_speaks_to_the_network() -> None:
    speaking = set()
    for file in python_files():
        path = str(file.relative_to(PROJECT))
        if path.startswith(("tests/", *SPEAKERS)) or path in SPEAKING_FILES:
            continue
        if NETWORK & set(imported(file)):
            speaking.add(path)
    assert speaking == set()


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
