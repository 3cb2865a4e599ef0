"""Row 15: 200 open tabs that receive live events leave the pages as quick as they were.

The same hub, with and without the tabs, in turns. In both somebody asks for a picture and cancels
it, at a steady pace and through the doors that people use; each commit is news for every tab.
"""

import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from http.client import HTTPConnection
from statistics import median
from typing import NamedTuple

from tests.bench.chromium import tab
from tests.bench.house import House, house
from tests.bench.lines import Line, left_out, percentile, report, spread
from tests.bench.tabs import Tabs, open_tabs
from tests.processes import descendants

ROW = 15
TABS = 200
PEOPLE = 10  # no one person may hold so many streams
ROUNDS = 7
PAGES = ("create/", "gallery/", "queue/", "usage/", "meter/")
ROUND = 1.5  # seconds
BUSY = 5  # pictures that take for ever: what is asked for after them waits
PACE = 0.1  # seconds between two commits
REST = 0.5  # seconds for the last one to arrive
WATCHED = 6.0  # seconds for which a browser listens
IDLE = 4.0  # seconds
WITHIN = 0.3  # seconds from the commit to the tab


class Commits(threading.Thread):
    """Asks for a picture and cancels it, again and again; notes the moment after each asking."""

    def __init__(self, place: House) -> None:
        super().__init__(daemon=True)
        self.place = place
        self.done: dict[str, float] = {}
        self.going = threading.Event()
        self.over = False

    def run(self) -> None:
        from generations.lifecycle.cancel import cancel
        from tests.lifecycle.making import ask

        team, actor = self.place.team, self.place.people[-1]
        while not self.over:
            if self.going.wait(PACE):
                job = ask(team, actor)[0]
                self.done[str(job.pk)] = time.time()
                time.sleep(PACE)
                cancel(job, actor)
                time.sleep(PACE)

    @contextmanager
    def at_pace(self) -> Iterator[set[str]]:
        """While the block runs; afterwards the set holds what was asked for in it."""
        told: set[str] = set()
        before = set(self.done)
        self.going.set()
        yield told
        self.going.clear()
        time.sleep(REST)
        told |= self.done.keys() - before

    def delays(self, told: set[str], arrivals: Sequence[tuple[str, float]]) -> list[float]:
        return [at - self.done[id_] for id_, at in arrivals if id_ in told]


def measure(place: House) -> list[Line]:
    from tests.lifecycle.making import ask

    place.hub.practice.control(seconds=600)
    ask(place.team, place.people[-1], count=BUSY)
    commits = Commits(place)
    commits.start()
    lines = beside_and_without(place, commits)
    lines.append(in_a_browser(place, commits))
    commits.over = True
    commits.join()
    with tabs_of(place):
        idle, stop = share_of_a_core(place), seconds_to_stop(place)
    return [
        *lines,
        Line(ROW, f"{where(place)} Ctrl-C to the end", "<= 5 s", f"{stop:.1f} s", is_met=stop <= 5),
        Line(ROW, f"{where(place)} live process, idle", "", f"{idle:.1%} of a core"),
    ]


def beside_and_without(place: House, commits: Commits) -> list[Line]:
    without: list[Visit] = []
    beside: list[Visit] = []
    delays: list[float] = []
    missed = 0
    visit(place)
    for _ in range(ROUNDS):
        with commits.at_pace():
            without.append(visit(place))
        with tabs_of(place) as tabs, commits.at_pace() as told:
            beside.append(visit(place))
        heard = commits.delays(told, tabs.arrivals)
        delays += heard
        missed += TABS * len(told) - len(heard)
    ratio, effort = (
        median(getattr(b, name) / getattr(a, name) for a, b in zip(without, beside, strict=True))
        for name in ("seconds", "effort")
    )
    late = percentile(delays, 0.95)
    return [
        Line(
            ROW,
            f"{where(place)} a page, p50",
            "<= 1.1x without them",
            f"{ratio:.2f}x: {spread([each.seconds for each in beside], 'ms', 1000)}",
            f"without: {spread([each.seconds for each in without], 'ms', 1000)}",
            ratio <= 1.1,
        ),
        Line(
            ROW,
            f"{where(place)} processor time of a page",
            "",
            f"{effort:.2f}x: {spread([each.effort for each in beside], 'ms', 1000)}",
            f"without: {spread([each.effort for each in without], 'ms', 1000)}",
        ),
        Line(
            ROW,
            f"{where(place)} commit to tab, p95",
            "<= 300 ms",
            f"{late * 1000:.0f} ms (p50 {median(delays) * 1000:.0f})",
            f"{len(delays)} heard, {missed} missed",
            late <= WITHIN and missed == 0,
        ),
    ]


def in_a_browser(place: House, commits: Commits) -> Line:
    what = f"{where(place)} commit to script, p95"
    with tab(place, "queue/") as opened, tabs_of(place):
        if opened is None:
            return left_out(what, "no Chromium")
        with commits.at_pace() as told:
            time.sleep(WATCHED)
    first = dict(reversed(opened.arrivals))
    delays = commits.delays(told, list(first.items()))
    late = percentile(delays, 0.95)
    heard = f"Chromium, {len(delays)} heard, {len(told) - len(delays)} missed"
    measured = f"{late * 1000:.0f} ms (p50 {median(delays) * 1000:.0f})"
    return Line(ROW, what, "<= 300 ms", measured, heard, late <= WITHIN)


def tabs_of(place: House) -> AbstractContextManager[Tabs]:
    """TABS open ones, shared out among the people."""
    cookies = [place.cookies[number % PEOPLE] for number in range(TABS)]
    return open_tabs(place.hub.port, f"/t/{place.team.slug}/live/", cookies)


def where(place: House) -> str:
    return f"{TABS} tabs, {place.database}:"


class Visit(NamedTuple):
    seconds: float  # the median of a page
    effort: float  # the web process' own seconds for a page, whatever else the machine does


def visit(place: House) -> Visit:
    """A round of visits to every page."""
    web = descendants(place.hub.parts()["web"].pid)
    connection = HTTPConnection("127.0.0.1", place.hub.port, timeout=30)
    took: list[float] = []
    before = sum(each.processor_time() for each in web)
    end = time.monotonic() + ROUND
    while time.monotonic() < end:
        took += [place.get(connection, page) for page in PAGES]
    connection.close()
    effort = sum(each.processor_time() for each in web) - before
    return Visit(median(took), effort / len(took))


def share_of_a_core(place: House) -> float:
    """What the live process uses while nothing happens."""
    live = place.hub.parts()["live"]
    began, before = time.monotonic(), live.processor_time()
    time.sleep(IDLE)
    return (live.processor_time() - before) / (time.monotonic() - began)


def seconds_to_stop(place: House) -> float:
    began = time.monotonic()
    with suppress(AssertionError, subprocess.TimeoutExpired):  # it was too long: that is told
        place.hub.stop()
    return time.monotonic() - began


if __name__ == "__main__":
    with house(members=PEOPLE) as place:
        report(measure(place))
