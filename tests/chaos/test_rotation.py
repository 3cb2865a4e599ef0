"""The operator changes every secret of the hub while it works: nothing lost, nothing twice."""

from concurrent.futures import ThreadPoolExecutor

from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from generations.core import clock, crypto
from generations.core.queue.heartbeat import QUEUE
from generations.core.queue.models import Heartbeat
from generations.keys.models import KeySecret, KeyState, UpstreamKey
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from tests.chaos import checker
from tests.chaos.house import House

ORDERS = 6  # before each change


def test_new_encryption_keys_and_a_new_secret_key_under_load(
    house: House, settings: Settings
) -> None:
    UpstreamKey.objects.update(concurrent=3)  # most of them wait while the keys are changed
    old, new = settings.FLUXHUB_ENCRYPTION_KEYS[0], crypto.new_key()
    with ThreadPoolExecutor(ORDERS) as pool:
        names = pool.map(house.ask, [f"a road, number {number}" for number in range(ORDERS)])
        house.restart(FLUXHUB_ENCRYPTION_KEYS=f"{new},{old}")
        more = pool.map(house.ask, [f"a bridge, number {number}" for number in range(ORDERS)])
        house.manage("rotate_keys")
        house.services[1].stop()  # the worker: what is ordered now is signed and lies there
        last = [house.ask(f"a gate, number {number}") for number in range(ORDERS // 2)]
        assert OrmQ.objects.exists()
        house.restart(FLUXHUB_ENCRYPTION_KEYS=new, SECRET_KEY=crypto.new_key())
        ordered = [*names, *more, *last]
    for generation in Generation.objects.in_bulk(ordered).values():
        house.wait_for_end(generation)
        assert (generation.status, generation.charged) == (Status.COMPLETED, 10)
        assert house.creations(generation) == 1
    settings.FLUXHUB_ENCRYPTION_KEYS = [new]
    assert all(crypto.is_current(each.__dict__["api_key"]) for each in KeySecret.objects.all())
    assert len(set(ordered)) == Generation.objects.count()
    assert checker.check(house.journals()) == []


def test_wrong_encryption_keys_for_a_moment_cost_nothing_but_time(
    house: House, settings: Settings
) -> None:
    right = house.environment["FLUXHUB_ENCRYPTION_KEYS"]
    house.restart(FLUXHUB_ENCRYPTION_KEYS=crypto.new_key())
    started = clock.now()
    ordered = [house.ask(f"a tower, number {number}") for number in range(ORDERS // 2)]
    beats = Heartbeat.objects.filter(name=QUEUE, at__gt=started)
    house.wait_until(beats.exists, "a worker that turns its tasks over")
    waiting = Generation.objects.filter(pk__in=ordered)
    assert set(waiting.values_list("status", "attempt")) == {(Status.QUEUED, 0)}
    house.restart(FLUXHUB_ENCRYPTION_KEYS=right)
    for generation in waiting:
        house.wait_for_end(generation)
        assert (generation.status, generation.charged) == (Status.COMPLETED, 10)
        assert house.creations(generation) == 1
    settings.FLUXHUB_ENCRYPTION_KEYS = right.split(",")
    assert {key.state for key in UpstreamKey.objects.all()} == {KeyState.ACTIVE}
    assert checker.check(house.journals()) == []
