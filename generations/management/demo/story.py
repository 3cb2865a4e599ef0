"""What is asked for, by whom and when: a plan that follows from its arguments alone.

Nothing here touches the database. The same moment, days and pictures give the same story.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import cycle
from random import Random
from zoneinfo import ZoneInfo

from generations.management.demo.cast import DRAFTS, FULL, Cast, Prompt
from generations.management.demo.sitting import SLOTS, Fate, Sitting, Way
from generations.prompts.render import variables

SPAN = 60  # days that the cast counts by
WEEKDAYS = (1.0, 1.2, 1.25, 1.05, 0.75, 0.10, 0.06)
SESSIONS = (10.2, 14.6)  # o'clock: when people sit down, several within minutes
JOINED, SAVED = 8.7, 9.6  # o'clock: when people come, and prompts are saved
FINALS = 0.07  # the part of the sittings that are at full size: drawing takes most of the time
TROUBLE = (11.7, 12.9, 16.4, 17.3)  # o'clock, when nobody else is at it
TROUBLE_EVERY = 6  # sittings
TROUBLES = (
    Fate.CANCELLED, Fate.GIVEN_UP, Fate.LATE, Fate.RETRIED, Fate.CANCELLED, Fate.REFUSED,
    Fate.GIVEN_UP,
)  # fmt: skip
SCRIPT_DAY, SCRIPT_HOUR, SCRIPT_SINCE = 2, 7.5, 24  # Wednesdays, for so many days
PRACTICE_OF = 50  # one in so many pictures is of the first day, before there was a key


class Story:
    def __init__(self, cast: Cast, moment: datetime, days: int, pictures: int) -> None:
        self.cast, self.moment, self.days, self.pictures = cast, moment, days, pictures
        self.zone = ZoneInfo(cast.zone)
        self.random = Random(cast.team)  # noqa: S311  # the same every time
        self.turns: dict[str, Iterator[str]] = {}

    def day(self, ago: float, hour: float) -> datetime:
        """So many of the cast's days ago, by the clock on the team's wall."""
        return self._wall(max(1, round(ago * self.days / SPAN)), hour)

    def latest(self, prompt: Prompt, at: datetime) -> int:
        """How many versions of a prompt of the library there were then."""
        if not prompt.title:
            return 0
        return sum(self.day(version.ago, SAVED) < at for version in prompt.versions)

    def sittings(self) -> list[Sitting]:
        ending = [self._batch(), *self._ending()]
        practice = self._practice(max(1, self.pictures // PRACTICE_OF))
        left = self.pictures - sum(each.pictures for each in (*ending, *practice))
        found = [*practice, *self._ordinary(max(0, left)), *ending]
        return sorted(found, key=lambda sitting: sitting.at)

    def now(self) -> list[Sitting]:
        """What waits in the queue at the end; the last of them for tomorrow's credits."""
        asked = [
            self._of(self.moment, who, self.cast.prompt(title), count, FULL)
            for who, title, count in self.cast.now
        ]
        who, title, count, width, height = self.cast.tomorrow
        prompt = self.cast.prompt(title)
        sizes = {prompt.size: (width, height)}
        return [*asked, self._of(self.moment, who, prompt, count, sizes)]

    def _ordinary(self, pictures: int) -> Iterator[Sitting]:
        fates = cycle(TROUBLES)
        number = 0
        for ago, quota in self._quotas(pictures):
            trouble, left = iter(TROUBLE), quota
            while left:
                number += 1
                hour = next(trouble, None) if number % TROUBLE_EVERY == 0 else None
                if hour:
                    sitting = self._troubled(self._wall(ago, hour), next(fates), left)
                elif self._is_of_script(ago) and left == quota:
                    sitting = self._by_script(self._wall(ago, SCRIPT_HOUR))
                else:
                    sitting = self._usual(ago, left)
                left -= sitting.pictures
                yield sitting

    def _quotas(self, pictures: int) -> list[tuple[int, int]]:
        """How many pictures on which day (so many ago), most in the middle of a week."""
        days = range(self.days - 1, 1, -1)  # the ending tells of yesterday and today
        weights = [
            WEEKDAYS[self._wall(ago, 12).weekday()]
            * (1.3 - 0.6 * ago / self.days)
            * self.random.uniform(0.3, 1.8)
            for ago in days
        ]
        whole = sum(weights) or 1.0
        reached, quotas, given = 0.0, [], 0
        for ago, weight in zip(days, weights, strict=True):
            reached += weight
            due = round(pictures * reached / whole)
            quotas.append((ago, due - given))
            given = due
        return quotas

    def _usual(self, ago: int, most: int) -> Sitting:
        at = self._wall(ago, self.random.choice(SESSIONS) + self.random.uniform(0, 0.05))
        count = min(most, self.random.choice((1, 2, 2, 3, 4)))
        is_final = self.random.random() < FINALS
        quality = "high" if self.random.random() < 0.35 else "standard"
        sizes = FULL if is_final else DRAFTS
        return self._of(at, self._who(at), self._what(at), count, sizes, quality=quality)

    def _troubled(self, at: datetime, fate: Fate, most: int) -> Sitting:
        if fate is Fate.CANCELLED and most < SLOTS:
            fate = Fate.GIVEN_UP
        count = SLOTS + 2 if fate is Fate.CANCELLED else 1
        return self._of(at, self._who(at), self._what(at), count, DRAFTS, fate=fate)

    def _by_script(self, at: datetime) -> Sitting:
        prompt = self.cast.prompt(self.cast.script.prompt)
        return self._of(at, self.cast.script.by, prompt, 1, DRAFTS, by=Way.SCRIPT)

    def _is_of_script(self, ago: int) -> bool:
        is_its_day = self._wall(ago, SCRIPT_HOUR).weekday() == SCRIPT_DAY
        return is_its_day and ago * SPAN / self.days < SCRIPT_SINCE

    def _practice(self, pictures: int) -> list[Sitting]:
        first = self._wall(self.days - 1, 11)
        founders = self.cast.people[:3]
        return [
            self._of(
                first + timedelta(minutes=6 * number),
                founders[number % len(founders)].first,
                self.cast.loose[number % len(self.cast.loose)],
                1,
                DRAFTS,
                by=Way.PRACTICE,
            )
            for number in range(pictures)
        ]

    def _ending(self) -> list[Sitting]:
        """As much of it as leaves two thirds of the pictures to the days before."""
        found: list[Sitting] = []
        for ago, who, title, count in reversed(self.cast.ending):
            at = self.moment - timedelta(minutes=ago)
            if sum(each.pictures for each in found) + count <= self.pictures / 3:
                found.append(self._of(at, who, self.cast.prompt(title), count, FULL))
        ago, who, prompt = self.cast.failed
        at = self.moment - timedelta(minutes=ago)
        return [*found, self._of(at, who, prompt, 1, FULL, fate=Fate.BROKEN)]

    def _batch(self) -> Sitting:
        ago, who, title, values = self.cast.batch
        prompt = self.cast.prompt(title)
        at = self.moment - timedelta(minutes=ago)
        asked = self._of(at, who, prompt, 1, DRAFTS, fate=Fate.BATCH)
        [name] = variables(asked.template)[:1]
        rows = tuple({**asked.values, name: value} for value in values)
        return replace(asked, rows=rows)

    def _of(
        self,
        at: datetime,
        who: str,
        prompt: Prompt,
        count: int,
        sizes: Mapping[str, tuple[int, int]],
        quality: str = "standard",
        fate: Fate = Fate.DRAWN,
        by: Way = Way.HAND,
    ) -> Sitting:
        version = self.latest(prompt, at)
        template = prompt.versions[max(0, version - 1)].text
        values = {name: self._value(prompt, name) for name in variables(template)}
        size = sizes[prompt.size]
        return Sitting(at, who, prompt, version, template, values, size, count, quality, fate, by)

    def _value(self, prompt: Prompt, name: str) -> str:
        """Each in its turn."""
        turn = self.turns.setdefault(prompt.title, cycle(prompt.values[name]))
        return next(turn)

    def _who(self, at: datetime) -> str:
        here = [person for person in self.cast.people if self.day(person.joined, JOINED + 0.4) < at]
        people = here or self.cast.people[:1]
        [chosen] = self.random.choices(people, [person.share for person in people])
        return chosen.first

    def _what(self, at: datetime) -> Prompt:
        ready = [prompt for prompt in self.cast.prompts if self.latest(prompt, at)]
        if not ready or self.random.random() < 0.3:
            return self.random.choice(self.cast.loose)
        [chosen] = self.random.choices(ready, [prompt.uses for prompt in ready])
        return chosen

    def _wall(self, days: int, hour: float) -> datetime:
        day = self.moment.astimezone(self.zone).date() - timedelta(days=days)
        midnight = datetime.combine(day, time(), tzinfo=self.zone)
        return midnight + timedelta(hours=hour)
