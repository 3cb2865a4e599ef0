"""One day's limit, raced at all doors at once: the page, a script, and what waits for credit."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from generations.core import clock
from generations.credits import limits
from generations.credits.models import UserDay
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle.admit import admit
from generations.lifecycle.models import Generation
from generations.lifecycle.recovery import fund_waiting
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.race.conftest import MOST, OrderOf
from tests.race.crowd import AT_THE_DOORS, at_once
from tests.race.scale import raced

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {
    "prompt": "a hill",
    "shape": "custom",
    "width": "512",
    "height": "512",
    "quality": "standard",
    "version": "flux-pro",
    "count": "1",
    "mode": "test",
}
BATCH = FORM | {"prompt": "{place}", "source": "lists", "list-place": "a hill\na lake"}
API = "/v1/text_to_image"
PARAMETERS = {"service": "flux-pro", "prompt": "a hill", "width": 512, "height": 512}
WAITING = 8


@raced(
    "calls, covered",
    (80, 20),
    pytest.param(400, 20, marks=pytest.mark.postgres),
    sqlite=(200, 20),
    postgresql=(600, 100),
)
def test_a_day_makes_exactly_what_it_covers_over_all_doors(
    order: OrderOf, alice: User, team: Team, sign_in: SignIn, calls: int, covered: int
) -> None:
    """One press, one batch of two, one script and what waited: in turn, and all at once."""
    key, text = issued.issue(team, alice, name="Nightly", mode=Mode.TEST)
    cookies, script = sign_in(alice).cookies, Client(headers={"X-API-Key": text})
    _let(alice, 4)  # for the eight that wait in two days
    admit(order(alice))
    admit(replace(order(alice), count=WAITING, may_wait=True))
    Generation.objects.filter(hold=None).update(due_at=clock.after(-1))
    _let(alice, covered)
    ApiKey.objects.filter(pk=key.pk).update(daily_limit=covered * 3 // 4 * MOST)

    def desk(name: str, form: Mapping[str, str]) -> int:
        browser = Client(headers={"HX-Request": "true", "HX-Target": "composer"})
        browser.cookies = cookies
        return browser.post(reverse(name, args=[team.slug]), form).status_code

    def knock(number: int) -> str:
        match number % 4:
            case 0:
                return f"page {desk('create_batch', FORM)}"
            case 1:
                return f"batch {desk('series_new', BATCH | {'token': str(number)})}"
            case 2:
                answer = script.post(API, PARAMETERS, content_type="application/json")
                return f"script {answer.status_code}"
            case _:
                fund_waiting()
                return "waited"

    said = Counter(at_once(calls, knock, AT_THE_DOORS))
    made = said["page 200"] + 2 * said["batch 302"] + said["script 200"]
    refused = {"page 422", "batch 422", "script 429"}
    assert {*said} <= {"page 200", "batch 302", "script 200", "waited", *refused}, said
    funded = WAITING - Generation.objects.filter(hold=None).count()
    assert 1 + made + funded == Generation.objects.exclude(hold=None).count() == covered
    assert UserDay.objects.get(user=alice).reserved == covered * MOST


@pytest.mark.parametrize("calls", [40, pytest.param(200, marks=pytest.mark.postgres)])
def test_a_limit_that_is_lowered_meanwhile_is_never_passed_by_a_later_request(
    order: OrderOf, alice: User, team: Team, calls: int
) -> None:
    """What was promised before stays; whoever asks after the change meets the lower one."""
    _let(alice, 1000)
    late: list[int] = []

    def ask(number: int) -> object:
        if number == calls // 4:
            _let(alice, 5)
            late.append(limits.now(order(alice).membership, Mode.TEST).reserved)
            return None
        is_after = bool(late)
        admitted = admit(order(alice))
        return (is_after, late[0] if late else 0, admitted)

    outcomes = at_once(calls, ask, threads=8)
    wrong = [one for one in outcomes if isinstance(one, tuple) and one[0] and one[1] >= 5 * MOST]
    assert late
    assert wrong == []


def _let(user: User, pictures: int) -> None:
    Membership.objects.filter(user=user).update(daily_limit=pictures * MOST)
