"""The story, acted: every step through the door that people, scripts and workers go through."""

import heapq
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from uuid import UUID

from django.conf import settings

from generations.alerts import watch
from generations.gallery import privacy, stars, trash
from generations.keys import issued, upstream
from generations.lifecycle import cancel, look, retry, series, store
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.apply import apply
from generations.lifecycle.dispatch import dispatch
from generations.lifecycle.models import Attempt, Generation, Image
from generations.lifecycle.series import SeriesOrder
from generations.lifecycle.states import Status
from generations.management.demo.backstage import Backstage
from generations.management.demo.house import VERSION, House
from generations.management.demo.past import Past
from generations.management.demo.sitting import Fate, Sitting, Way
from generations.providers import registry
from generations.providers.catalogue import FLUX_PRO
from generations.providers.contract import Result, ResultState, Spec
from generations.teams.modes import Mode

FAULTS = {Fate.REFUSED: "400", Fate.GIVEN_UP: "fail", Fate.BROKEN: "500", Fate.RETRIED: "500"}
PAUSES = (0, 2, 4)  # seconds before each of the three tries of what is broken
OVERDUE = timedelta(minutes=1)
DELIVERED = 21 * 3600.0  # seconds after it was given up
TOLD = 15.0  # seconds later who manages the team has a notice of it
PLEASES = 0.06  # each person
TRASHED_OF, PRIVATE_OF = 80, 57
SLOW = 3.0  # real seconds until a late one is drawn: a loaded machine must give it up before


class Stage:
    def __init__(
        self, past: Past, house: House, backstage: Backstage, say: Callable[[int], None]
    ) -> None:
        self.past, self.house, self.backstage, self.say = past, house, backstage, say
        self.random = Random("stage")  # noqa: S311  # the same every time
        self._acts: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = count()
        self._sent: set[UUID] = set()
        self._doomed: UUID | None = None  # the last row of the batch
        self.kept = 0  # pictures

    def plan(self, moment: datetime, act: Callable[[], object]) -> None:
        heapq.heappush(self._acts, (moment, next(self._numbers), act))

    def play(self) -> None:
        while self._acts:
            moment, _number, act = heapq.heappop(self._acts)
            self.past.go(moment)
            act()

    def sit_down(self, sitting: Sitting) -> None:
        """Ask, and bring about what is to come of it."""
        match sitting.fate:
            case Fate.DRAWN:
                self._then(1.2, self.send)
                self.ask(sitting)
            case Fate.CANCELLED:
                rows = self.ask(sitting)
                self.send()
                self._then(5, partial(self._cancel, rows))
            case Fate.LATE:
                self._be_late(sitting)
            case Fate.BATCH:
                self._start(sitting)
            case _:
                self._go_wrong(sitting)

    def ask(self, sitting: Sitting, *, may_wait: bool = False) -> list[Generation]:
        return list(admit(self._order(sitting, may_wait=may_wait)).generations)

    def send(self) -> None:
        """Whatever is in line; and see each through that was taken."""
        waiting = Generation.objects.filter(status=Status.QUEUED)
        is_doomed = set(waiting.values_list("pk", flat=True)) == {self._doomed}
        with self.backstage.fault("fail") if is_doomed else nullcontext():
            for key in set(waiting.values_list("upstream_key", flat=True)):
                dispatch(key)
        taken = Generation.objects.filter(status=Status.PROCESSING).exclude(pk__in=self._sent)
        for generation in taken.order_by("id"):
            self._sent.add(generation.pk)
            megapixels = generation.width * generation.height / 1e6
            self._then(
                12 + 6 * megapixels + self.random.uniform(-2, 4),
                partial(self._finish, generation.pk),
            )

    def _order(self, sitting: Sitting, *, may_wait: bool) -> Order:
        prompt = sitting.prompt
        style = self.house.styles.get(prompt.style)
        script = issued.authenticate(self.house.script) if sitting.way is Way.SCRIPT else None
        return Order(
            membership=self.house.members[sitting.who],
            mode=Mode.TEST if sitting.way is Way.PRACTICE else Mode.LIVE,
            spec=Spec(
                prompt=style.put_after(sitting.words) if style else sitting.words,
                width=sitting.size[0],
                height=sitting.size[1],
                version=VERSION,
                quality=sitting.quality,
                service=FLUX_PRO.slug,
            ),
            count=sitting.count,
            template=sitting.template,
            values=sitting.values,
            project=self.house.projects.get(prompt.project),
            style=style,
            prompt_version=self.house.versions.get((prompt.title, sitting.version)),
            api_key=script,
            may_wait=may_wait,
        )

    def _finish(self, generation_id: UUID) -> None:
        """The upstream's news, as soon as it is there."""
        attempt = Attempt.objects.select_related("upstream_key").get(generation=generation_id)
        apply(attempt, self._news(attempt))
        self._then(0.7, partial(self._keep, generation_id))
        if Generation.objects.filter(status=Status.QUEUED).exists():
            self._then(0.3, self.send)

    def _keep(self, generation_id: UUID) -> None:
        store.store(generation_id)
        for image in Image.objects.select_related("author").filter(generation=generation_id):
            self.kept += 1
            self.say(self.kept)
            self._look_at(image)

    def _look_at(self, image: Image) -> None:
        """Some please, a few are thrown away, one in a while is nobody else's business."""
        for member in self.house.members.values():
            if self.random.random() < PLEASES:
                stars.star(self.house.team, member.user, [image.pk])
        if self.kept % TRASHED_OF == 0:
            trash.trash(self.house.team, image.author, [image.pk])
        elif self.kept % PRIVATE_OF == 0:
            privacy.set_private(image, image.author, is_private=True)

    def _news(self, attempt: Attempt) -> Result:
        """Real time passes here, while the picture is drawn; in the story it has."""
        key = attempt.upstream_key
        provider, connection = registry.get(key.provider), upstream.connection(key)
        while True:
            news = provider.fetch(connection, attempt.upstream_id)
            if news.state is not ResultState.PROCESSING:
                return news
            time.sleep(0.01)

    def _cancel(self, rows: list[Generation]) -> None:
        waiting = Generation.objects.filter(pk__in=[row.pk for row in rows], status=Status.QUEUED)
        for row in waiting:
            cancel.cancel(row, row.author)

    def _go_wrong(self, sitting: Sitting) -> None:
        [row] = self.ask(sitting)
        tries = PAUSES if FAULTS[sitting.fate] == "500" else PAUSES[:1]
        with self.backstage.fault(FAULTS[sitting.fate]):
            for pause in tries:
                self.past.go(self.past.moment + timedelta(seconds=pause))
                self.send()
        if sitting.fate is Fate.RETRIED:
            self._then(190, partial(self._again, row, sitting.who))

    def _start(self, sitting: Sitting) -> None:
        """A batch. While the first rows are drawn the last one waits alone."""
        each = [replace(sitting, values=values) for values in sitting.rows]
        rows = [self._order(row, may_wait=False) for row in each]
        started = series.start(SeriesOrder(sitting.prompt.title, rows, form="demo"))
        of_it = Generation.objects.filter(batch__series=started.series)
        self._doomed = of_it.order_by("-id").values_list("pk", flat=True)[0]
        self._then(1.2, self.send)

    def _again(self, row: Generation, who: str) -> None:
        retry.retry(row, self.house.members[who])
        self.send()

    def _be_late(self, sitting: Sitting) -> None:
        """Given up at its deadline, and delivered after all."""
        [row] = self.ask(sitting)
        with self.backstage.fault("slow", str(SLOW)):
            dispatch(row.upstream_key_id)
        self._sent.add(row.pk)
        deadline = timedelta(seconds=settings.DEADLINES["processing"])
        self.past.go(self.past.moment + deadline + OVERDUE)
        look.look(row.pk)
        self._then(DELIVERED, partial(self._finish, row.pk))
        self._then(DELIVERED + TOLD, lambda: watch.watch(self.house.team))

    def _then(self, seconds: float, act: Callable[[], object]) -> None:
        self.plan(self.past.moment + timedelta(seconds=seconds), act)
