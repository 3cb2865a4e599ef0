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


def test_rolling_back_says_the_old_words_again_as_the_next_version(
    team: Team, alice: User, bob: User
) -> None:
    first = library.save(team, bob, "Hills", "Hills", SIZE)
    second = library.save(team, bob, "Hills", "Hills at dusk", {}, first.prompt)
    third = library.roll_back(first, alice)
    assert (third.number, third.text, third.settings) == (3, "Hills", SIZE)
    assert (third.author, third.prompt_id) == (alice, first.prompt_id)
    assert library.roll_back(second, alice).number == 4


def test_rolling_back_twice_is_once(team: Team, bob: User) -> None:
    first = library.save(team, bob, "Hills", "Hills", {})
    library.save(team, bob, "Hills", "Hills at dusk", {}, first.prompt)
    assert library.roll_back(first, bob) == library.roll_back(first, bob)
    assert PromptVersion.objects.count() == 3


def test_a_fork_is_a_prompt_of_ones_own_and_knows_where_it_comes_from(
    team: Team, alice: User, bob: User
) -> None:
    version = library.save(team, bob, "Hills", "Hills behind {city}", SIZE)
    fork = library.fork(version, alice)
    assert (fork.author, fork.title, fork.forked_from) == (alice, "Hills", version)
    [copy] = fork.versions.all()
    assert (copy.number, copy.text, copy.settings, copy.use_count) == (1, version.text, SIZE, 0)
    library.save(team, alice, "Peaks", "Peaks", {}, fork)
    assert version.prompt.versions.count() == 1


def test_forking_twice_is_once_until_the_fork_is_worked_on(team: Team, bob: User) -> None:
    version = library.save(team, bob, "Hills", "Hills", {})
    fork = library.fork(version, bob)
    assert library.fork(version, bob) == fork
    library.save(team, bob, "Hills", "Hills at dusk", {}, fork)
    assert library.fork(version, bob) != fork


@pytest.mark.parametrize("who", ["carol", "charlie"])
def test_who_may_not_spend_saves_and_archives_nothing(
    team: Team, bob: User, who: str, request: pytest.FixtureRequest
) -> None:
    actor, version = request.getfixturevalue(who), library.save(team, bob, "Hills", "Hills", {})
    for act in (library.archive, library.restore):
        with pytest.raises(PermissionDenied):
            act(version.prompt, actor)
    for door in (library.fork, library.roll_back):
        with pytest.raises(PermissionDenied):
            door(version, actor)
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
    assert library.shelf(team, is_archived=True).get() == version.prompt
    library.restore(version.prompt, bob)
    assert library.shelf(team).get() == version.prompt
    assert not library.shelf(team, is_archived=True).exists()


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
