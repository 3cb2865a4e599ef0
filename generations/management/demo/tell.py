"""The demo's beginning to its present: all of it, or nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

from django.db import transaction
from django.db.models import F
from django_q.models import OrmQ

from generations.alerts import watch
from generations.alerts.models import Letter, LetterState, Notice, Reading
from generations.lifecycle import dispatch as dispatching
from generations.management.demo.backstage import backstage
from generations.management.demo.cast import FULL, cast
from generations.management.demo.house import House
from generations.management.demo.past import Past
from generations.management.demo.stage import Stage
from generations.management.demo.story import JOINED, SAVED, Story

FOUNDED = 8.5  # o'clock
MINUTE = timedelta(minutes=1)


def tell(
    moment: datetime,
    days: int,
    pictures: int,
    password: str,
    log: Path,
    say: Callable[[int], None],
) -> None:
    """Raises setup.AlreadySetUp. `say` is told how many pictures there are.

    One transaction, although it spans network calls: nobody else is there yet, and a story that
    was interrupted leaves nothing behind.
    """
    log.unlink(missing_ok=True)  # of one that was interrupted
    with backstage(log) as behind, transaction.atomic():
        story = Story(cast(), moment, days, pictures)
        past = Past(story.day(story.cast.people[0].joined, FOUNDED))
        house = House(story.cast, password, behind.url)
        stage = Stage(past, house, behind, say)
        _plan(story, house, stage)
        # One sending after the other: only then is the same drawn for the same person each time.
        with past.lived(), patch.object(dispatching, "THREADS", 1):
            stage.play()
        OrmQ.objects.all().delete()  # nudges for what is long done
        house.await_webhooks()
        for sitting in story.now():
            stage.ask(sitting, may_wait=True)
        watch.watch(house.team)
        for notice in Notice.objects.order_by("-id")[1:]:
            Reading.objects.create(notice=notice, user=house.owner)
        due = Letter.objects.filter(state=LetterState.DUE)  # came when what they tell happened
        due.update(state=LetterState.SENT, sent_at=F("due_at"))


def _plan(story: Story, house: House, stage: Stage) -> None:
    founder, *others = story.cast.people
    stage.plan(story.day(founder.joined, FOUNDED), house.found)
    for number, person in enumerate(others):
        moment = story.day(person.joined, JOINED) + number * MINUTE
        stage.plan(moment, partial(house.welcome, person))
    stage.plan(story.day(59, 9.2), house.add_key)
    for grant in story.cast.grants:
        stage.plan(story.day(grant.ago, 9.3), partial(house.top_up, grant))
    stage.plan(story.day(25, 16), house.issue_script_key)
    stage.plan(story.day(2, 16.2), house.invite_outsider)
    for prompt in story.cast.prompts:
        for number, version in enumerate(prompt.versions, start=1):
            act = partial(house.save, prompt, number, FULL[prompt.size])
            stage.plan(story.day(version.ago, SAVED), act)
    for sitting in story.sittings():
        stage.plan(sitting.at, partial(stage.sit_down, sitting))
