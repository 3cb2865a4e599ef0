"""What a stranger sees in the first ten minutes: two people, two browsers, one hub."""

import pytest

from tests.browser import first_picture, real_key, two_people
from tests.browser.hub import Hub
from tests.browser.people import People
from tests.browser.tour import Tour
from tests.sandbox.running import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STEPS = (
    first_picture.she_sets_up_on_one_screen,
    first_picture.she_chooses_practice,
    first_picture.the_desk_is_ready,
    first_picture.a_tile_is_there_at_once,
    first_picture.it_becomes_a_picture,
    first_picture.the_meter_leads_to_the_picture,
    first_picture.she_saves_the_prompt,
    two_people.she_copies_an_invitation,
    two_people.the_colleague_joins,
    two_people.she_generates_two,
    two_people.twenty_large_ones_are_refused,
    two_people.usage_names_both,
    two_people.the_csv_has_the_same_total,
    two_people.waiting_says_why,
    real_key.she_adds_a_real_key,
    real_key.practice_leaves_the_reports,
    real_key.a_pasted_sample_runs,
    real_key.nobody_complained,
    real_key.everything_is_still_there,
    real_key.nobody_complained,
)


def test_the_first_ten_minutes(
    hub: Hub, people: People, upstream: Sandbox, subtests: pytest.Subtests
) -> None:
    """Each step is reported by itself, and goes on from where the one before left off."""
    tour = Tour(hub, people, upstream)
    for step in STEPS:
        with subtests.test(step.__doc__):
            step(tour)
