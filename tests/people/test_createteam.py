import io
import json
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from generations.credits.accounts import wallet
from generations.keys import issued
from generations.teams.models import AuditEntry, Membership, Team, User
from generations.teams.modes import Mode

pytestmark = pytest.mark.django_db


def createteam(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("createteam", *arguments, "--json", stdout=out)
    made: dict[str, Any] = json.loads(out.getvalue())
    return made


def test_it_prints_one_object_and_makes_what_it_says() -> None:
    made = createteam(
        "Harbour Street", "--owner", "Alice@example.com", "--plan", "pro",
        "--credits", "500", "--sandbox", "--api-key",
    )  # fmt: skip
    assert made.keys() == {"team", "owner", "api_key", "upstream_key", "setup_url"}
    team = Team.objects.get(slug=made["team"])
    assert Membership.objects.get(team=team).user.email == made["owner"] == "alice@example.com"
    key = issued.authenticate(made["api_key"])
    assert key is not None and key.team == team and key.mode == Mode.TEST
    assert made["upstream_key"].startswith("sandbox_")
    for mode in Mode:
        account = wallet(team, mode)
        assert (account.posted, account.is_enforced) == (500, True)
        assert account.plan is not None and account.plan.slug == "pro"


def test_without_options_nothing_secret_is_made_or_shown() -> None:
    made = createteam("Harbour Street", "--owner", "alice@example.com")
    assert made["api_key"] is None and made["upstream_key"] is None
    assert not wallet(Team.objects.get(), Mode.LIVE).is_enforced


def test_the_owner_sets_a_password_by_the_link_once(client: Client) -> None:
    made = createteam("Harbour Street", "--owner", "alice@example.com")
    path = re.sub(r"^https?://[^/]+", "", made["setup_url"])
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": "short"}).status_code == 422
    assert client.post(path, {"password": "correct horse battery"}).status_code == 302
    owner = User.objects.get()
    assert owner.check_password("correct horse battery")
    assert client.session["_auth_user_id"] == str(owner.pk)
    again = Client().post(path, {"password": "somebody else entirely"})
    assert again.status_code == 410
    assert User.objects.get().check_password("correct horse battery")


def test_a_forged_link_is_closed(client: Client, alice: User) -> None:
    assert client.get("/welcome/forged/").status_code == 410


def test_a_password_from_stdin_needs_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    made = createteam("Harbour Street", "--owner", "alice@example.com", "--password-stdin")
    assert made["setup_url"] is None
    assert User.objects.get().check_password("correct horse battery")


def test_the_same_name_twice_is_an_error_and_nothing_is_half_made() -> None:
    createteam("Harbour Street", "--owner", "alice@example.com")
    with pytest.raises(CommandError, match="already a team"):
        createteam("harbour street", "--owner", "bob@example.com", "--credits", "5")
    assert Team.objects.count() == User.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--owner", "alice"], "valid email"),
        (["--owner", "alice@example.com", "--plan", "platinum"], "no plan 'platinum'"),
        (["--owner", "alice@example.com", "--credits", "0"], "positive number"),
        (["--owner", "alice@example.com", "--time-zone", "Mars"], "no time zone"),
    ],
)
def test_bad_input_is_a_sentence_and_makes_nothing(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        createteam("Harbour Street", *arguments)
    assert not Team.objects.exists()
    assert not User.objects.exists()


def test_a_second_team_may_have_the_same_owner(alice: User, team: Team) -> None:
    made = createteam("Quay Road", "--owner", "alice@example.com")
    assert made["setup_url"] is None
    assert Membership.objects.filter(user=alice).count() == 2


def test_the_key_is_in_no_record() -> None:
    made = createteam("Harbour Street", "--owner", "alice@example.com", "--sandbox", "--api-key")
    record = str(list(AuditEntry.objects.values()))
    assert made["api_key"] not in record and made["upstream_key"] not in record
