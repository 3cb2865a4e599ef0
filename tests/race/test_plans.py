"""A plan is given and removed at the same moment: a team is never left with a plan that is gone."""

import pytest

from generations.credits import plans
from generations.credits.accounts import wallet
from generations.credits.models import Plan
from generations.credits.refusals import Refused
from generations.teams.allowance import Allowance
from generations.teams.models import AuditEntry, Team
from generations.teams.modes import Mode
from tests.race.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_round", range(5))
def test_either_it_is_given_and_stays_or_it_is_gone_and_not_given(team: Team, _round: int) -> None:
    studio = plans.create("Studio", Allowance(daily_limit=50))
    acts = [lambda: plans.give(team, studio, None), lambda: plans.remove(studio)]
    outcomes = at_once(2, lambda number: acts[number]())
    assert [type(one) for one in outcomes if one is not None] == [Refused], outcomes
    is_given = wallet(team, Mode.LIVE).plan == studio
    assert Plan.objects.filter(pk=studio.pk).exists() == is_given == (outcomes[0] is None)
    assert AuditEntry.objects.filter(action="plan.given").count() == int(is_given)


def test_two_operators_make_one_plan_for_a_team(team: Team) -> None:
    outcomes = at_once(
        6, lambda number: plans.give_own(team, None, "Custom", Allowance(daily_limit=number))
    )
    assert [one for one in outcomes if not isinstance(one, Plan)] == []
    plan = Plan.objects.get(team=team)
    assert {wallet(team, mode).plan for mode in Mode} == {plan}
