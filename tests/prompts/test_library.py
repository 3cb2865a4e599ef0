from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from generations.prompts import library
from generations.prompts.models import Prompt, PromptVersion
from generations.teams.models import Team, User

SIZE = {"width": 896, "height": 1120}


def test_saving_makes_a_prompt_and_its_first_version(team: Team, bob: User) -> None:
    version = library.save(team, bob, "Hills", "Hills behind {city}", SIZE)
    assert (version.number, version.text, version.settings) == (1, "Hills behind {city}", SIZE)
    assert (version.prompt.title, version.prompt.author) == ("Hills", bob)


def test_saving_again_makes_the_next_version_and_keeps_the_first(
    team: Team, alice: User, bob: User
) -> None:
    first = library.save(team, bob, "Hills", "Hills", {})
    second = library.save(team, alice, "Hills at dusk", "Hills at dusk", {}, first.prompt)
    assert (second.number, second.author, second.prompt_id) == (2, alice, first.prompt_id)
    first.refresh_from_db()
    assert first.text == "Hills"
    assert Prompt.objects.get().title == "Hills at dusk"


def test_saving_the_same_twice_is_once(team: Team, bob: User) -> None:
    first = library.save(team, bob, "Hills", "Hills", SIZE)
    assert library.save(team, bob, "Hills", "Hills", SIZE, first.prompt) == first
    assert PromptVersion.objects.count() == 1
    other = library.save(team, bob, "Hills", "Hills", SIZE | {"width": 512}, first.prompt)
    assert other.number == 2


@pytest.mark.parametrize("who", ["carol", "charlie"])
def test_who_may_not_spend_saves_and_archives_nothing(
    team: Team, bob: User, who: str, request: pytest.FixtureRequest
) -> None:
    actor, version = request.getfixturevalue(who), library.save(team, bob, "Hills", "Hills", {})
    for act in (library.archive, library.restore):
        with pytest.raises(PermissionDenied):
            act(version.prompt, actor)
    with pytest.raises(PermissionDenied):
        library.save(team, actor, "X", "X", {})
    assert Prompt.objects.get().archived_at is None


def test_another_teams_prompt_gets_no_version(
    team: Team, bob: User, other_team: Team, charlie: User
) -> None:
    version = library.save(team, bob, "Hills", "Hills", {})
    with pytest.raises(Prompt.DoesNotExist):
        library.save(other_team, charlie, "Mine", "Mine", {}, version.prompt)


def test_an_archived_prompt_leaves_the_shelf_and_comes_back(team: Team, bob: User) -> None:
    version = library.save(team, bob, "Hills", "Hills", {})
    library.archive(version.prompt, bob)
    library.archive(version.prompt, bob)
    assert not library.shelf(team).exists()
    library.restore(version.prompt, bob)
    assert library.shelf(team).get() == version.prompt


def test_the_shelf_knows_the_latest_version_and_all_uses(
    team: Team, alice: User, bob: User
) -> None:
    first = library.save(team, bob, "Hills", "Hills", {})
    second = library.save(team, bob, "Hills", "Hills at dusk", {}, first.prompt)
    for version in (first, second, second):
        version.count_use()
    library.save(team, alice, "Boats", "Boats", {})
    row = library.shelf(team, words="DUSK").get()
    assert row.text == "Hills at dusk"  # type: ignore[attr-defined]
    assert (row.number, row.uses, row.latest_id) == (2, 3, second.pk)  # type: ignore[attr-defined]
    assert library.shelf(team, author=alice).get().title == "Boats"


@pytest.mark.django_db(transaction=True)
def test_two_people_saving_at_once_get_two_numbers(team: Team, bob: User, alice: User) -> None:
    prompt = library.save(team, bob, "Hills", "Hills", {}).prompt

    def save(actor: User) -> int:
        try:
            return library.save(team, actor, "Hills", f"By {actor.name}", {}, prompt).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(save, [alice, bob])) == [2, 3]
