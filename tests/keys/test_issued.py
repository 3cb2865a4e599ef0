"""Keys for scripts: shown once, good as long as their maker is, cheap to refuse."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from generations.core import clock
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.teams.models import AuditEntry, Membership, Project, Role, Team, User

pytestmark = pytest.mark.django_db
Issue = Callable[..., tuple[ApiKey, str]]


@pytest.fixture
def issue(team: Team, bob: User) -> Issue:
    """One of Bob's, live."""

    def create(**fields: object) -> tuple[ApiKey, str]:
        given = {"name": "Website", "mode": "live", **fields}
        return issued.issue(team, bob, **given)  # type: ignore[arg-type]

    return create


def test_a_key_has_the_published_form(issue: Issue) -> None:
    key, text = issue()
    assert len(text) == len("fh_live_") + 8 + 32 + 6
    assert text.startswith(key.prefix)
    assert key.prefix.startswith("fh_live_")
    assert text.endswith(key.last4)
    assert issue(mode="test")[1].startswith("fh_test_")
    assert key.webhook_secret.startswith("whsec_")


def test_only_its_digest_is_kept(issue: Issue) -> None:
    key, text = issue()
    key.refresh_from_db()
    assert key.digest == hashlib.sha256(text.encode()).hexdigest()
    assert len(key.prefix) == len("fh_live_") + 8
    secret = text.removeprefix(key.prefix)[:32]
    assert not any(secret in str(value) for value in vars(key).values())
    assert not any(secret in str(entry.detail) for entry in AuditEntry.objects.all())


def test_no_two_keys_are_alike(issue: Issue) -> None:
    assert len({issue()[1] for _ in range(20)}) == 20


def test_a_key_opens_for_its_maker_and_team(issue: Issue, team: Team, bob: User) -> None:
    key, text = issue()
    found = issued.authenticate(text)
    assert found is not None
    assert (found, found.team, found.user, found.mode) == (key, team, bob, "live")


def test_a_good_key_costs_one_query_and_one_note_a_minute(
    issue: Issue, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _key, text = issue()
    with django_assert_num_queries(2):
        issued.authenticate(text)
    with django_assert_num_queries(1):
        found = issued.authenticate(text)
        assert found is not None
        assert (found.team.name, found.user.name, found.project) is not None


def test_its_use_is_noted_to_the_minute(issue: Issue) -> None:
    key, text = issue()
    issued.authenticate(text)
    key.refresh_from_db()
    assert key.last_used_at is not None
    assert (key.last_used_at.second, key.last_used_at.microsecond) == (0, 0)
    earlier = key.last_used_at - timedelta(minutes=5)
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=earlier)
    issued.authenticate(text)
    key.refresh_from_db()
    assert key.last_used_at > earlier


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text + "0",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("live", "test"),
        lambda text: text.swapcase(),
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda text: text[:20] + ("0" if text[20] != "0" else "1") + text[21:],
        lambda text: text[:20] + "é" + text[21:],
        lambda text: text[:20] + "\0" + text[21:],
        lambda text: "fh_live_" + "0" * 46,
        lambda text: "x" * 100_000,
    ],
)
def test_a_misspelt_key_is_refused_without_a_query(
    issue: Issue,
    spoil: Callable[[str], str],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    _key, text = issue()
    with django_assert_num_queries(0):
        assert issued.authenticate(spoil(text)) is None


def test_every_other_refusal_costs_the_same_one_query(
    issue: Issue, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    unknown, unknown_text = issue()
    revoked, revoked_text = issue()
    expired, expired_text = issue()
    ApiKey.objects.filter(pk=unknown.pk).delete()
    issued.revoke(revoked, bob)
    ApiKey.objects.filter(pk=expired.pk).update(expires_at=clock.after(-1))
    for text in (unknown_text, revoked_text, expired_text):
        with django_assert_num_queries(1):
            assert issued.authenticate(text) is None


def test_a_key_ends_on_its_day(issue: Issue) -> None:
    key, text = issue(days=30)
    assert key.expires_at is not None
    assert timedelta(days=29) < key.expires_at - clock.now() <= timedelta(days=30)
    assert issued.authenticate(text) is not None
    ApiKey.objects.filter(pk=key.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    assert issued.authenticate(text) is None


def test_who_has_left_or_may_no_longer_spend_is_refused_at_once(
    issue: Issue, team: Team, bob: User
) -> None:
    _key, text = issue()
    membership = Membership.objects.get(team=team, user=bob)
    Membership.objects.filter(pk=membership.pk).update(role=Role.REVIEWER)
    assert issued.authenticate(text) is None
    Membership.objects.filter(pk=membership.pk).update(role=Role.ADMIN)
    assert issued.authenticate(text) is not None
    membership.delete()
    assert issued.authenticate(text) is None


def test_membership_in_another_team_opens_nothing(
    issue: Issue, team: Team, other_team: Team, bob: User
) -> None:
    _key, text = issue()
    Membership.objects.filter(team=team, user=bob).update(team=other_team)
    assert issued.authenticate(text) is None


def test_a_locked_account_is_refused(issue: Issue, bob: User) -> None:
    _key, text = issue()
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert issued.authenticate(text) is None


def test_who_may_not_spend_makes_no_keys(team: Team, carol: User, charlie: User) -> None:
    with pytest.raises(PermissionDenied):
        issued.issue(team, carol, name="Mine", mode="live")
    with pytest.raises(Http404):
        issued.issue(team, charlie, name="Mine", mode="live")
    assert not ApiKey.objects.exists()


def test_a_project_of_another_team_is_refused(issue: Issue, team: Team, other_team: Team) -> None:
    own = Project.objects.create(team=team, name="Spring")
    assert issue(project=own)[0].project == own
    foreign = Project.objects.create(team=other_team, name="Spring")
    with pytest.raises(ValueError, match="another team"):
        issue(project=foreign)


def test_revoking_twice_is_once(issue: Issue, team: Team, alice: User) -> None:
    key, text = issue()
    issued.revoke(key, alice)
    first = key.revoked_at
    issued.revoke(key, alice)
    assert key.revoked_at == first
    assert issued.authenticate(text) is None
    entries = AuditEntry.objects.for_team(team).filter(action="api_key.revoked")
    assert entries.get().actor == alice
