"""A query that is written once finds what the same query finds when it is written anew."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from generations.core.prepared import Blank, Prepared
from generations.teams.models import Membership, Role, Team, User

MEMBER = Prepared(
    lambda: Membership.objects.select_related("user", "team").filter(
        team=Blank("team", Team._meta.pk), role=Blank("role", Membership._meta.get_field("role"))
    )
)


def fields(row: Membership | User | Team) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.django_db
def test_rows_and_what_they_are_related_to_are_as_the_orm_makes_them(
    team: Team, alice: User, bob: User
) -> None:
    for user, role in ((alice, Role.OWNER), (bob, Role.MEMBER)):
        found = MEMBER.first(team=team.pk, role=role)
        plain = Membership.objects.get(team=team, user=user)
        assert found is not None
        assert found == plain
        for one, other in ((found, plain), (found.user, user), (found.team, team)):
            one_fields = fields(one)
            other.refresh_from_db()
            assert one_fields == fields(other)
        assert not found._state.adding
    assert MEMBER.first(team=bob.pk, role=Role.OWNER) is None


@pytest.mark.django_db
def test_related_rows_cost_no_further_query(
    team: Team, alice: User, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = MEMBER.first(team=team.pk, role=Role.OWNER)
        assert found is not None
        assert (found.user.name, found.team.name) == (alice.name, team.name)


@pytest.mark.django_db(transaction=True)
def test_threads_share_it(team: Team, alice: User, bob: User) -> None:
    def find(role: Role) -> object:
        try:
            found = MEMBER.first(team=team.pk, role=role)
            return found and found.user_id
        finally:
            connection.close()

    asked = [Role.OWNER, Role.MEMBER] * 20
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(find, asked)) == [alice.pk, bob.pk] * 20
