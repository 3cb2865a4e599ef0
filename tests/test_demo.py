"""`manage.py demo`: a team that has worked for two months, through the real doors."""

import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from pytest_django.fixtures import Settings

from generations.alerts import watch
from generations.alerts.models import Letter, LetterState, Notice
from generations.credits import audit as credits_audit
from generations.credits.models import Entry, EntryKind, UserDay
from generations.gallery.models import Star
from generations.lifecycle import audit as lifecycle_audit
from generations.lifecycle import progress
from generations.lifecycle.models import Generation, Image, Series, Transition
from generations.lifecycle.states import Failure, Status
from generations.management.demo.cast import cast
from generations.management.demo.sitting import Fate
from generations.management.demo.story import Story
from generations.management.demo.tell import tell
from generations.prompts.models import PromptVersion
from generations.teams.models import AuditEntry, Invitation, Membership, Team, User
from generations.teams.modes import Mode
from tests.browser.demo import TELLING, demo, sign_in_of, signed_in
from tests.browser.hub import GRACE, Hub, free_ports
from tests.processes import MANAGE, descendants, running, wait_until

MOMENT = datetime(2026, 3, 31, 15, 20, tzinfo=UTC)  # Tuesday; the clocks went forward on Sunday
DAYS, PICTURES = 9, 14

Tell = Callable[..., None]


@pytest.fixture
def told(db: None, settings: Settings, tmp_path: Path) -> Tell:
    """Tells the story up to MOMENT, with an upstream on a port that nobody has."""
    settings.SANDBOX_PORT = free_ports(1)
    settings.SANDBOX_URL = f"http://127.0.0.1:{settings.SANDBOX_PORT}"
    settings.ALLOWED_OUTBOUND_ORIGINS = [settings.SANDBOX_URL]

    def run(say: Callable[[int], None] = lambda kept: None) -> None:
        tell(MOMENT, DAYS, PICTURES, "correct horse battery", tmp_path / "log", say)

    return run


def test_the_story_is_told_through_the_real_doors(told: Tell) -> None:
    told()
    assert Image.objects.count() == PICTURES
    assert list(chain(credits_audit.audit(), lifecycle_audit.audit())) == []
    assert [str(each.user) for each in Membership.objects.order_by("id")] == [
        person.name for person in cast().people
    ]
    assert AuditEntry.objects.filter(action="member.joined").count() == len(cast().people) - 1
    assert Invitation.objects.filter(accepted_at=None).count() == 1
    invoices = Entry.objects.filter(kind=EntryKind.GRANT).values_list("payment__invoice", flat=True)
    assert all(invoice.startswith("INV-") for invoice in invoices)
    assert Generation.objects.filter(failure=Failure.SERVER_ERROR, retries=None).exists()
    assert set(Image.objects.values_list("mode", flat=True)) == {Mode.LIVE, Mode.TEST}
    assert Star.objects.exists()


def test_what_happened_in_the_past_was_born_there(told: Tell) -> None:
    """Not edited afterwards: the guards would not let it."""
    told()
    past = Transition.objects.filter(target=Status.COMPLETED)
    for moments in (
        past.order_by("id").values_list("at", flat=True),
        Entry.objects.order_by("id").values_list("at", flat=True),
        Image.objects.order_by("id").values_list("created_at", flat=True),
        PromptVersion.objects.order_by("id").values_list("created_at", flat=True),
    ):
        assert list(moments) == sorted(moments)
        assert MOMENT - timedelta(days=DAYS + 1) < moments[0]
    ended = Generation.objects.filter(status=Status.COMPLETED)
    for begun, end in ended.values_list("claimed_at", "finished_at"):
        assert begun is not None
        assert end is not None
        assert begun + timedelta(seconds=5) < end < MOMENT
    for entry in Entry.objects.exclude(hold=None).filter(at__lt=MOMENT):
        assert abs((entry.at.date() - entry.day).days) <= 1


def test_the_hub_opens_with_a_queue(told: Tell) -> None:
    told()
    waiting = Generation.objects.filter(status=Status.QUEUED)
    asked = sum(count for _who, _title, count in cast().now)
    assert waiting.exclude(hold=None).count() == asked
    assert waiting.filter(hold=None).count() == cast().tomorrow[2]


def test_there_is_a_batch_that_has_ended_and_one_of_its_rows_failed(told: Tell) -> None:
    told()
    [batch] = progress.of_each(list(Series.objects.all()))
    rows = len(cast().batch[3])
    assert (batch.finished, batch.failed, batch.total) == (rows - 1, 1, rows)
    assert batch.is_over and batch.again == 1
    [failed] = progress.again(batch.series)
    assert failed.failure == Failure.FAILED
    assert cast().batch[3][-1] in failed.prompt


def test_whatever_there_is_to_tell_is_told(told: Tell) -> None:
    told()
    [team] = Team.objects.all()
    assert watch.watch(team) == 0
    assert not Letter.objects.filter(state=LetterState.DUE).exists()  # nothing comes once more


def test_told_twice_it_is_the_same(told: Tell) -> None:
    tales = []
    for _ in range(2):
        with transaction.atomic():
            told()
            tales.append(list(figures()))
            transaction.set_rollback(True)
    assert len(tales[0]) > 100
    assert tales[0] == tales[1]


def test_a_story_that_is_interrupted_leaves_nothing(told: Tell) -> None:
    def interrupt(kept: int) -> None:
        if kept == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told(interrupt)
    assert not User.objects.exists()
    told()
    assert Image.objects.count() == PICTURES


@pytest.mark.parametrize(("days", "pictures"), [(60, 300), (6, 12), (30, 77)])
def test_the_plan_has_as_many_pictures_as_were_asked_for(days: int, pictures: int) -> None:
    story = Story(cast(), MOMENT, days, pictures)
    sittings = story.sittings()
    assert sum(sitting.pictures for sitting in sittings) == pictures
    assert all(MOMENT - timedelta(days=days + 1) < each.at < MOMENT for each in sittings)
    assert all(before.at <= after.at for before, after in pairwise(sittings))


def test_the_plan_has_a_week_in_it() -> None:
    sittings = Story(cast(), MOMENT, 60, 300).sittings()
    made = [0] * 7
    for sitting in sittings:
        made[sitting.at.weekday()] += sitting.pictures
    assert max(made[5:]) < min(made[:5])
    assert {sitting.fate for sitting in sittings} == set(Fate)
    assert {sitting.who for sitting in sittings} == {person.first for person in cast().people}


def test_a_folder_with_another_team_is_refused(team: Team, settings: Settings) -> None:
    """Even one of the same name."""
    assert team.name == cast().team
    port = free_ports(2)
    settings.SANDBOX_PORT = port + 1
    with pytest.raises(CommandError, match="that is not the demo’s"):
        call_command("demo", port=port)
    assert Team.objects.count() == 1
    assert not Image.objects.exists()


def test_it_runs_as_it_is_typed_and_goes_on_where_it_was() -> None:
    with demo("--pictures", "12", "--days", "6") as hub:
        assert pictures_seen(hub) == 12
        hub.stop()
        told = hub.log
        hub.start()
        again = hub.log.removeprefix(told)
        assert "Telling" not in again
        assert "Sign in as {}, password {} ".format(*sign_in_of(hub)) in again
        assert "Traceback" not in hub.log


def test_ctrl_c_ends_it_while_the_story_is_told(tmp_path: Path) -> None:
    hub = Hub(tmp_path / "data")
    log = tmp_path / "log"
    command = [*MANAGE, "demo", "--pictures=100", f"--data={hub.folder}", f"--port={hub.port}"]
    with running(command, hub._environment(), log) as process:
        wait_until(lambda: "20 of 100" in log.read_text(), TELLING, "the first pictures")
        below = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(GRACE) == 0
        assert not [each for each in below if each.is_alive]
    assert log.read_text().endswith("Stopped. Nothing of it was kept.\n")


def figures() -> Any:
    """Everything that people would see differ, without the times of day."""
    yield from User.objects.order_by("id").values_list("name", "email")
    yield from PromptVersion.objects.order_by("id").values_list(
        "prompt__title", "number", "text", "use_count", "author__name"
    )
    before = MOMENT.date()
    yield from (
        Entry.objects.filter(day__lte=before)
        .order_by("id")
        .values_list(
            "kind", "posted", "held", "posted_after", "held_after", "day", "user__name", "reason"
        )
    )
    yield from (
        UserDay.objects.filter(day__lte=before)
        .order_by("day", "user__name", "mode")
        .values_list("user__name", "day", "mode", "spent", "reserved")
    )
    yield from Image.objects.order_by("id").values_list(
        "sha256", "author__name", "generation__charged", "generation__project__name"
    )
    yield from Generation.objects.order_by("id").values_list("prompt", "status", "failure", "most")
    yield from Notice.objects.order_by("id").values_list("kind", "user__name", "day")
    yield from Star.objects.order_by("id").values_list("user__name", "image__sha256")


def pictures_seen(hub: Hub) -> int:
    """In the gallery."""
    page = signed_in(hub).get(f"{hub.url}/t/harbour-street/gallery/", timeout=20).text
    return len(re.findall(r'<figure class="print\b', page))
