"""Shared keys: sealed, chosen in a fair order, and never sent where they were not meant to go."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection as database
from pytest_django.fixtures import Settings

from generations.core import clock, http
from generations.keys import upstream
from generations.keys.models import KeySecret, KeyState, UpstreamKey
from generations.keys.secrets import BadSecret, webhook_secrets
from generations.providers import practice
from generations.providers.registry import UnknownProvider
from generations.teams.models import AuditEntry, Team, User

pytestmark = pytest.mark.django_db
Add = Callable[..., UpstreamKey]
SECRET = "live-key-0123456789"


@pytest.fixture
def add(team: Team, alice: User, settings: Settings) -> Add:
    """A live key, by its name."""
    settings.ALLOWED_OUTBOUND_ORIGINS = ["https://api.doitong.com", settings.SANDBOX_URL]

    def create(name: str = "Studio", **fields: object) -> UpstreamKey:
        given = {"provider": "doitong", "api_key": SECRET, **fields}
        return upstream.add(team, alice, name=name, **given)  # type: ignore[arg-type]

    return create


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks a name server: every name is unknown just now."""
    monkeypatch.setattr("generations.core.addresses.socket.getaddrinfo", lambda *a, **k: [])


def acts(team: Team) -> list[str]:
    rows = AuditEntry.objects.for_team(team).filter(action__startswith="upstream_key")
    return [row.action.partition(".")[2] for row in rows.order_by("id")]


def test_a_new_key_has_the_providers_address_and_is_live(add: Add, team: Team) -> None:
    key = add()
    assert (key.base_url, key.mode, key.state) == ("https://api.doitong.com", "live", "active")
    assert upstream.pick(team, "live") == key
    assert acts(team)[-1] == "added"


def test_its_secret_is_sealed_and_opens_only_as_a_connection(add: Add) -> None:
    key = add(webhook_secret="whsec_abc", transport="graphql")
    with database.cursor() as cursor:
        cursor.execute("SELECT api_key, webhook_secret FROM generations_keysecret")
        for row in cursor.fetchall():
            for stored in row:
                assert SECRET.encode() not in bytes(stored)
                assert b"whsec_abc" not in bytes(stored)
    connection = upstream.connection(key)
    assert (connection.api_key, connection.webhook_secret) == (SECRET, "whsec_abc")
    assert (connection.transport, connection.base_url) == ("graphql", key.base_url)
    assert connection.poll_path == "/v1/text_to_image/{id}"
    assert SECRET not in repr(connection)
    assert "whsec_abc" not in repr(connection)


def test_the_audit_holds_the_last_four_characters_and_no_more(add: Add, team: Team) -> None:
    upstream.rotate(add(), team.memberships.get().user, "another-key-9876")
    for entry in AuditEntry.objects.for_team(team):
        assert SECRET not in str(entry.detail)
        assert "another-key" not in str(entry.detail)
    details = AuditEntry.objects.for_team(team).filter(action="upstream_key.rotated")
    assert details.get().detail["last4"] == "9876"


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": ""},
        {"api_key": "short"},
        {"api_key": "two words together"},
        {"api_key": "split\r\nX-Header: y"},
        {"api_key": "schlüssel-0123456789"},
        {"api_key": "x" * 501},
        {"webhook_secret": "two words"},
    ],
)
def test_what_does_not_fit_a_header_is_refused_and_nothing_is_kept(
    add: Add, team: Team, fields: dict[str, str]
) -> None:
    before = UpstreamKey.objects.count()
    with pytest.raises(BadSecret):
        add(**fields)
    assert UpstreamKey.objects.count() == before


def test_spaces_around_a_pasted_key_are_not_part_of_it(add: Add) -> None:
    assert upstream.connection(add(api_key=f" {SECRET}\n")).api_key == SECRET


@pytest.mark.parametrize(
    "address", ["http://api.doitong.com", "https://127.0.0.1", "https://u@x.y"]
)
def test_an_address_that_is_not_public_https_is_refused(add: Add, address: str) -> None:
    with pytest.raises(http.NotAllowed):
        add(base_url=address)


def test_an_unknown_provider_is_refused(add: Add) -> None:
    with pytest.raises(UnknownProvider):
        add(provider="nobody")


def test_the_practice_key_is_known_to_the_sandbox_by_the_team(team: Team) -> None:
    key = upstream.pick(team, "test")
    assert (key.provider, key.mode) == ("sandbox", "test")
    connection = upstream.connection(key)
    assert (connection.api_key, connection.webhook_secret) == practice.credentials(team.pk.hex)


def test_the_oldest_active_key_is_picked(add: Add, team: Team) -> None:
    first, _second = add("First"), add("Second")
    assert upstream.pick(team, "live") == first


def test_a_key_that_was_asked_to_wait_stands_back_but_is_better_than_none(
    add: Add, team: Team
) -> None:
    first, second = add("First"), add("Second")
    upstream.block(first, clock.now() + timedelta(minutes=5))
    assert upstream.pick(team, "live") == second
    upstream.block(second, clock.now() + timedelta(minutes=5))
    assert upstream.pick(team, "live") == first


def test_a_wait_that_is_over_no_longer_counts(add: Add, team: Team) -> None:
    first, _second = add("First"), add("Second")
    upstream.block(first, clock.now() - timedelta(minutes=1))
    assert upstream.pick(team, "live") == first


def test_a_shorter_wait_does_not_replace_a_longer(add: Add) -> None:
    key = add()
    late = clock.now() + timedelta(minutes=10)
    upstream.block(key, late)
    upstream.block(key, clock.now() + timedelta(minutes=1))
    key.refresh_from_db()
    assert key.blocked_until == late


def test_a_stopped_key_is_passed_over(add: Add, team: Team, alice: User) -> None:
    first, second, third = add("First"), add("Second"), add("Third")
    upstream.pause(first, alice)
    upstream.mark(second, KeyState.EXHAUSTED)
    assert upstream.pick(team, "live") == third
    assert list(upstream.usable(team).filter(mode="live")) == [third]


def test_without_a_usable_key_each_is_named_with_its_state(
    add: Add, team: Team, alice: User
) -> None:
    upstream.mark(add("First"), KeyState.REJECTED)
    upstream.pause(add("Second"), alice)
    upstream.remove(add("Third"), alice)
    with pytest.raises(upstream.NoUsableKey) as error:
        upstream.pick(team, "live")
    assert str(error.value) == (
        "No shared key can be used: the upstream rejected First; Second is paused."
    )


def test_without_any_key_it_says_so(team: Team, alice: User) -> None:
    with pytest.raises(upstream.NoUsableKey, match="no key to an upstream"):
        upstream.pick(team, "live")
    upstream.remove(upstream.pick(team, "test"), alice)
    with pytest.raises(upstream.NoUsableKey, match="practice"):
        upstream.pick(team, "test")


def test_a_key_of_another_team_is_never_picked(add: Add, other_team: Team) -> None:
    add()
    with pytest.raises(upstream.NoUsableKey):
        upstream.pick(other_team, "live")


def test_a_key_that_cannot_be_opened_is_replaced_all_the_same(add: Add, alice: User) -> None:
    key = add()
    key.secrets.update(api_key=b"\x01sealed under a key that is gone")
    upstream.rotate(key, alice, "another-key-9876")
    assert upstream.connection(key).api_key == "another-key-9876"
    key.secrets.update(retired_at=clock.now())
    upstream.rotate(key, alice, "third-key-0000")
    assert upstream.connection(key).api_key == "third-key-0000"


def test_a_webhook_secret_that_cannot_be_opened_is_asked_for_again(add: Add, alice: User) -> None:
    key = add(webhook_secret="whsec_abc")
    key.secrets.update(webhook_secret=b"\x01sealed under a key that is gone")
    with pytest.raises(BadSecret, match="enter it again"):
        upstream.rotate(key, alice, "another-key-9876")
    upstream.rotate(key, alice, "another-key-9876", "whsec_def")
    assert upstream.connection(key).webhook_secret == "whsec_def"


def test_a_rotated_key_has_the_new_secret_and_keeps_the_old_row(add: Add, alice: User) -> None:
    key = add(webhook_secret="whsec_abc")
    upstream.rotate(key, alice, "another-key-9876")
    connection = upstream.connection(key)
    assert (connection.api_key, connection.webhook_secret) == ("another-key-9876", "whsec_abc")
    assert KeySecret.objects.filter(key=key, retired_at=None).count() == 1
    assert KeySecret.objects.filter(key=key).count() == 2
    upstream.rotate(key, alice, "third-key-0000", "whsec_def")
    assert upstream.connection(key).webhook_secret == "whsec_def"


def test_webhooks_are_signed_with_the_new_secret_or_for_a_day_with_the_one_before(
    add: Add, alice: User
) -> None:
    key, other = add(webhook_secret="whsec_abc"), add("Other", webhook_secret="whsec_xyz")
    assert webhook_secrets(key) == ["whsec_abc"]
    upstream.rotate(key, alice, "another-key-9876", "whsec_def")
    assert webhook_secrets(key) == ["whsec_def", "whsec_abc"]
    KeySecret.objects.exclude(retired_at=None).update(retired_at=clock.after(-25 * 3600))
    assert webhook_secrets(key) == ["whsec_def"]
    assert webhook_secrets(other) == ["whsec_xyz"]


def test_a_key_without_webhook_secret_has_none_to_verify_with(add: Add) -> None:
    assert webhook_secrets(add()) == []


def test_only_the_slice_of_keys_knows_where_secrets_are() -> None:
    slices = Path(upstream.__file__).parents[1]
    knowing = {file for file in slices.rglob("*.py") if "KeySecret" in file.read_text()}
    elsewhere = {str(file.relative_to(slices)) for file in knowing}
    assert {path for path in elsewhere if not path.startswith(("keys/", "migrations/"))} == {
        "models.py"
    }


def test_rotating_revives_a_rejected_key_but_not_a_paused(add: Add, alice: User) -> None:
    rejected, paused = add("First"), add("Second")
    upstream.mark(rejected, KeyState.REJECTED)
    upstream.pause(paused, alice)
    for key in (rejected, paused):
        upstream.rotate(key, alice, "another-key-9876")
    assert (rejected.state, paused.state) == ("active", "paused")


def test_a_rotation_that_is_refused_changes_nothing(add: Add, alice: User) -> None:
    key = add()
    with pytest.raises(BadSecret):
        upstream.rotate(key, alice, "bad key")
    assert upstream.connection(key).api_key == SECRET


def test_pausing_and_resuming_twice_is_once(add: Add, team: Team, alice: User) -> None:
    key = add()
    for _ in range(2):
        upstream.pause(key, alice)
    assert key.state == "paused"
    for _ in range(2):
        upstream.resume(key, alice)
    assert key.state == "active"
    assert acts(team)[-2:] == ["paused", "resumed"]


def test_resuming_lifts_what_the_upstream_said(add: Add, alice: User) -> None:
    key = add()
    upstream.mark(key, KeyState.EXHAUSTED)
    upstream.block(key, clock.now() + timedelta(hours=1))
    upstream.resume(key, alice)
    assert (key.state, key.blocked_until) == ("active", None)


def test_a_mark_is_news_once_and_never_lifts_a_pause(add: Add, alice: User) -> None:
    key = add()
    assert upstream.mark(key, KeyState.REJECTED)
    assert not upstream.mark(key, KeyState.REJECTED)
    assert upstream.mark(key, KeyState.ACTIVE)
    upstream.pause(key, alice)
    assert not upstream.mark(key, KeyState.ACTIVE)
    assert not upstream.mark(key, KeyState.REJECTED)
    assert key.state == "paused"


def test_a_removed_key_stays_removed_and_still_opens(add: Add, team: Team, alice: User) -> None:
    key = add()
    for _ in range(2):
        upstream.remove(key, alice)
    upstream.resume(key, alice)
    assert key.state == "paused"
    assert acts(team)[-1:] == ["removed"]
    assert upstream.connection(key).api_key == SECRET  # jobs under way are still asked about
