import pytest

from generations.credits.models import Account, Plan
from generations.keys import upstream
from generations.people.founding import NameTaken, found_team
from generations.teams.models import AuditEntry, Membership, Role, Team, User
from generations.teams.modes import Mode


def test_a_new_team_has_its_owner_its_accounts_and_a_practice_key(alice: User) -> None:
    team = found_team(team_name=" Harbour Street ", owner=alice, time_zone="Europe/Dublin")
    assert (team.name, team.slug, team.time_zone) == (
        "Harbour Street",
        "harbour-street",
        "Europe/Dublin",
    )
    assert Membership.objects.get(team=team).role == Role.OWNER
    assert Account.objects.for_team(team).count() == 4
    assert upstream.pick(team, Mode.TEST).provider == "sandbox"
    with pytest.raises(upstream.NoUsableKey):
        upstream.pick(team, Mode.LIVE)
    assert AuditEntry.objects.for_team(team).filter(action="team.founded").exists()


def test_a_second_team_of_the_name_is_refused_and_nothing_is_half_made(
    team: Team, charlie: User
) -> None:
    with pytest.raises(NameTaken):
        found_team(team_name="HARBOUR street", owner=charlie)
    assert Team.objects.count() == 1
    assert not Membership.objects.filter(user=charlie).exists()


def test_an_unknown_plan_leaves_nothing_behind(alice: User) -> None:
    with pytest.raises(Plan.DoesNotExist):
        found_team(team_name="Harbour Street", owner=alice, plan="platinum")
    assert not Team.objects.exists()
    assert not AuditEntry.objects.exists()


def test_names_that_read_alike_in_an_address_get_numbers(team: Team, alice: User) -> None:
    second = found_team(team_name="Harbour, Street", owner=alice)
    third = found_team(team_name="Harbour. Street", owner=alice)
    assert [second.slug, third.slug] == ["harbour-street-2", "harbour-street-3"]


def test_a_name_without_latin_letters_has_an_address_too(alice: User) -> None:
    assert found_team(team_name="港町", owner=alice).slug == "team"
