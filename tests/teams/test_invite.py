import pytest
from django.core.exceptions import PermissionDenied

from generations.core import clock
from generations.teams import invite
from generations.teams.models import AuditEntry, Invitation, Membership, Role, Team, User


def test_an_owner_invites_and_the_link_lets_one_person_in(
    team: Team, alice: User, charlie: User
) -> None:
    _invitation, token = invite.invite(team, alice, Role.MEMBER)
    assert invite.accept(token, charlie).role == Role.MEMBER
    assert Membership.objects.get(team=team, user=charlie).role == Role.MEMBER
    assert invite.find(token) is None


def test_only_a_digest_of_the_token_is_kept(team: Team, alice: User) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token not in str(row)
    assert len(token) >= 32


def test_the_second_person_finds_the_link_used(team: Team, alice: User, charlie: User) -> None:
    _invitation, token = invite.invite(team, alice, Role.MEMBER)
    invite.accept(token, charlie)
    dora = User.objects.create_user("dora@example.com", name="Dora")
    with pytest.raises(invite.NotValid, match="has been used"):
        invite.accept(token, dora)
    assert not Membership.objects.filter(user=dora).exists()


def test_the_same_person_accepting_twice_is_once(team: Team, alice: User, charlie: User) -> None:
    _invitation, token = invite.invite(team, alice, Role.MEMBER)
    first = invite.accept(token, charlie)
    assert invite.accept(token, charlie) == first


def test_who_is_in_already_does_not_use_the_link_up(team: Team, alice: User, bob: User) -> None:
    _invitation, token = invite.invite(team, alice, Role.ADMIN)
    assert invite.accept(token, bob).role == Role.MEMBER
    assert invite.find(token) is not None


def test_an_invitation_for_an_address_lets_nobody_else_in(
    team: Team, alice: User, charlie: User
) -> None:
    _invitation, token = invite.invite(team, alice, Role.MEMBER, "Dora@Example.com")
    with pytest.raises(invite.NotValid, match="another e-mail"):
        invite.accept(token, charlie)
    dora = User.objects.create_user("dora@example.com", name="Dora")
    assert invite.accept(token, dora).user == dora


def test_an_invitation_expires_after_seven_days(team: Team, alice: User, charlie: User) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    assert abs((invitation.expires_at - invitation.created_at).total_seconds() - invite.LIFE) < 5
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=clock.after(-1))
    with pytest.raises(invite.NotValid, match="has expired"):
        invite.accept(token, charlie)


def test_a_withdrawn_invitation_opens_nothing_and_withdrawing_twice_is_once(
    team: Team, alice: User, charlie: User
) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    invite.revoke(invitation, alice)
    invite.revoke(invitation, alice)
    with pytest.raises(invite.NotValid, match="withdrawn"):
        invite.accept(token, charlie)
    assert AuditEntry.objects.filter(action="invitation.revoked").count() == 1


def test_a_withdrawn_invitation_is_taken_back_once_and_opens_again(
    team: Team, alice: User, charlie: User
) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    invite.restore(invitation, alice)
    invite.revoke(invitation, alice)
    invite.restore(invitation, alice)
    invite.restore(invitation, alice)
    assert invite.accept(token, charlie).user == charlie
    assert AuditEntry.objects.filter(action="invitation.restored").count() == 1


def test_taking_back_prolongs_no_invitation(team: Team, alice: User, charlie: User) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    invite.revoke(invitation, alice)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=clock.after(-1))
    invite.restore(invitation, alice)
    with pytest.raises(invite.NotValid, match="has expired"):
        invite.accept(token, charlie)


def test_an_invented_token_opens_nothing(charlie: User) -> None:
    with pytest.raises(invite.NotValid, match="not an invitation of ours"):
        invite.accept("invented", charlie)


@pytest.mark.parametrize("who", ["bob", "carol", "charlie"])
def test_only_who_manages_the_team_invites(
    team: Team, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(PermissionDenied):
        invite.invite(team, request.getfixturevalue(who), Role.MEMBER)
    assert not Invitation.objects.exists()


def test_nobody_is_invited_to_own_the_team(team: Team, alice: User) -> None:
    with pytest.raises(PermissionDenied):
        invite.invite(team, alice, Role.OWNER)


def test_inviting_and_joining_are_in_the_record(team: Team, alice: User, charlie: User) -> None:
    _invitation, token = invite.invite(team, alice, Role.REVIEWER)
    invite.accept(token, charlie)
    record = AuditEntry.objects.for_team(team).order_by("-id")
    acts = record.values_list("action", "actor")[:2]
    assert list(acts) == [("member.joined", charlie.pk), ("invitation.created", alice.pk)]
    assert token not in str(list(record.values()))
