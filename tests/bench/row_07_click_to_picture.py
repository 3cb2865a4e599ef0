"""Row 7: from the click on Generate to the picture on the screen, less the upstream's own time.

Against what the vendor's polling sample needs on top of the same upstream: ask, look every two
seconds, fetch the picture. How long the upstream takes is drawn anew for each picture, over two
seconds, so that the sample's looks meet it at any moment.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from statistics import median
from typing import NamedTuple

import requests
from playwright.sync_api import Page

from tests.bench.chromium import listening
from tests.bench.house import House, house
from tests.bench.lines import Line, left_out, percentile, report
from tests.sandbox.running import Sandbox

ROW = 7
ROUNDS = 5
CLICKS = SAMPLES = 5  # pictures of a round; the samples side by side
SHORTEST, SPREAD = 0.3, 2.0  # seconds that the upstream takes
POLL = 2.0  # seconds, of the vendor's sample
ORDER = {"service": "flux-pro", "prompt": "Hills behind Galway", "width": 1024, "height": 1024}
# When a click came and when the first picture of a newer press was painted; [] without one.
NOTE = """
const newest = () => document.querySelector(".sitting");
let clicked, before, paint;
addEventListener("click", () => {
  [clicked, before] = [Date.now(), newest()];
  window.seen = new Promise((done) => { paint = done; setTimeout(done, 20000, []); });
}, true);
document.addEventListener("load", async ({ target }) => {
  const sitting = target.tagName === "IMG" && target.closest(".sitting");
  if (!sitting || sitting === before || sitting !== newest()) return;
  await target.decode();
  requestAnimationFrame(() => paint([clicked, Date.now()]));
}, true);
"""


class Click(NamedTuple):
    at: float  # seconds since the epoch, like all moments here
    painted: float


class Job(NamedTuple):
    id: str
    began: float
    ended: float


class Way(NamedTuple):
    """Where the seconds of one picture go, less those of the upstream."""

    submitted: float  # from the click to the upstream
    told: float  # from its end to the webhook's receipt
    applied: float  # to the decision to take it in
    stored: float  # downloaded, decoded, encoded, charged
    shown: float  # to the screen


def measure(place: House) -> list[Line]:
    what = f"{place.database}: click to picture"
    upstream = place.hub.practice
    upstream.control(seconds=SHORTEST, jitter=SPREAD)
    made: list[tuple[Job, Click]] = []
    theirs: list[float] = []
    with listening(place, "create/", NOTE) as page:
        if page is None:
            return [left_out(what, "no Chromium")]
        click(page)  # the first one warms everything
        for _ in range(ROUNDS):
            clicks = [click(page) for _ in range(CLICKS)]
            made += zip(newest(upstream, place.team.pk.hex), clicks, strict=True)
            theirs += beyond(upstream, side_by_side(upstream))
    # Now that the browser is closed: the ORM refuses to work beside playwright's event loop.
    ways = [way(job, click) for job, click in made]
    ours = [sum(each) for each in ways]
    middle, late, polled = percentile(ours, 0.5), percentile(ours, 0.95), percentile(theirs, 0.5)
    sample = f"the polling sample: {polled * 1000:.0f} ms"
    ratio = middle / polled
    return [
        Line(ROW, f"{what}, p50", "<= 150 ms", f"{middle * 1000:.0f} ms", sample, middle <= 0.15),
        Line(ROW, f"{what}, p95", "<= 400 ms", f"{late * 1000:.0f} ms", "", late <= 0.4),
        Line(ROW, f"{what}, to the sample", "<= 0.2x", f"{ratio:.2f}x", sample, ratio <= 0.2),
        Line(ROW, f"{what}, where it goes", "", by_part(ways)),
    ]


def by_part(ways: list[Way]) -> str:
    """The median of each part."""
    parts = {name: [getattr(way, name) for way in ways] for name in Way._fields}
    return ", ".join(f"{name} {median(spans) * 1000:.0f}" for name, spans in parts.items()) + " ms"


def way(job: Job, click: Click) -> Way:
    """Of one picture, by the clocks of the page, the upstream and the database, which are one."""
    from generations.lifecycle.models import Attempt, Transition
    from generations.webhooks.models import Receipt

    attempt = Attempt.objects.get(upstream_id=job.id)
    told = Receipt.objects.get(attempt=attempt).received_at.timestamp()
    steps = Transition.objects.filter(generation=attempt.generation_id)
    at = {step.target: step.at.timestamp() for step in steps}
    return Way(
        submitted=job.began - click.at,
        told=told - job.ended,
        applied=at["storing"] - told,
        stored=at["completed"] - at["storing"],
        shown=click.painted - at["completed"],
    )


def click(page: Page) -> Click:
    page.get_by_role("form", name="Compose").get_by_role("button", name="Generate").click()
    moments = page.evaluate("window.seen")
    assert moments, "No picture came."
    return Click(*(moment / 1000 for moment in moments))


def side_by_side(upstream: Sandbox) -> dict[str, float]:
    with ThreadPoolExecutor(SAMPLES) as pool:
        return dict(pool.map(poll, [upstream] * SAMPLES))


def poll(upstream: Sandbox) -> tuple[str, float]:
    """The vendor's sample: its job, and the seconds to the picture."""
    began = time.monotonic()
    with requests.Session() as session:
        session.headers["X-API-Key"] = upstream.credentials("sample")[0]
        address = f"{upstream.url}/v1/text_to_image"
        job = session.post(address, json=ORDER, timeout=30).json()["data"]["generateimage"]
        while job["status"] == "processing":
            time.sleep(POLL)
            answer = session.get(f"{address}/{job['id']}", timeout=30).json()
            job = answer["data"]["generateimage"]
        session.get(job["url"], timeout=30).raise_for_status()
    return job["id"], time.monotonic() - began


def newest(upstream: Sandbox, label: str) -> list[Job]:
    """The jobs of the last clicks, in their order."""
    theirs = [each["id"] for each in upstream.log("creation") if each["label"] == label]
    known = jobs(upstream)
    return [known[id_] for id_ in theirs[-CLICKS:]]


def beyond(upstream: Sandbox, spans: dict[str, float]) -> list[float]:
    """What of each job's seconds was not the upstream's, by its own log."""
    known = jobs(upstream)
    return [span - (known[job].ended - known[job].began) for job, span in spans.items()]


def jobs(upstream: Sandbox) -> dict[str, Job]:
    began, ended = (
        {each["id"]: datetime.fromisoformat(each["at"]).timestamp() for each in upstream.log(event)}
        for event in ("creation", "finish")
    )
    return {id_: Job(id_, began[id_], ended[id_]) for id_ in ended}


if __name__ == "__main__":
    with house() as place:
        report(measure(place))
