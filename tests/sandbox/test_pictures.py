"""The pictures: the right size, the same every time, another for another prompt."""

import io
from typing import Any

import pytest
import requests
from PIL import Image, ImageStat

from generations.sandbox.pictures import draw
from generations.sandbox.pictures.draw import MOTIFS
from tests.sandbox.conftest import Caller
from tests.sandbox.running import running_sandbox


def fetch(caller: Caller, **changes: Any) -> bytes:
    job = caller.finished(caller.order(**changes))
    answer = requests.get(job["url"], timeout=20)
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize(("width", "height"), [(256, 256), (640, 360), (360, 640)])
def test_it_has_the_size_and_the_type_it_was_ordered_with(
    caller: Caller, width: int, height: int
) -> None:
    picture = Image.open(io.BytesIO(fetch(caller, width=width, height=height)))
    assert (picture.size, picture.format) == ((width, height), "JPEG")
    png = Image.open(io.BytesIO(fetch(caller, width=width, height=height, prompt="fern [[png]]")))
    assert (png.size, png.format) == ((width, height), "PNG")


def test_the_same_order_is_the_same_picture_in_another_sandbox(caller: Caller) -> None:
    batch = [fetch(caller) for _ in range(3)]
    assert len(set(batch)) == 3
    with running_sandbox() as other:
        assert [fetch(Caller(other, "alice")) for _ in range(3)] == batch


def test_a_seed_pins_it(caller: Caller) -> None:
    first = fetch(caller, prompt="hills [[seed 7]]")
    assert fetch(caller, prompt="hills [[seed 7]]") == first
    assert fetch(caller, prompt="hills [[seed 8]]") != first


def test_prompt_and_version_make_a_difference(caller: Caller) -> None:
    pictures = {
        fetch(caller, prompt="hills at dawn"),
        fetch(caller, prompt="waves at dawn"),
        fetch(caller, prompt="hills at night"),
        fetch(caller, prompt="hills at dawn [[seed 0]]", version="flux-pro-1.1"),
    }
    assert len(pictures) == 4


@pytest.mark.parametrize("words", MOTIFS)
@pytest.mark.parametrize("size", [(256, 256), (320, 256), (256, 512)])
def test_every_motif_is_worth_looking_at(words: str, size: tuple[int, int]) -> None:
    picture = draw(words.split()[0], *size, "flux-pro", 3)
    assert (picture.size, picture.mode) == (size, "RGB")
    assert max(ImageStat.Stat(picture).stddev) > 12
    assert len(picture.getcolors(size[0] * size[1]) or []) > 2000


def test_the_corner_says_sandbox() -> None:
    marked = draw("geometric", 512, 512, "flux-pro", 1).crop((440, 488, 512, 512)).convert("L")
    levels = [level for level, count in enumerate(marked.histogram()) if count]
    assert levels[-1] - levels[0] > 60


def test_nothing_is_at_the_address_of_an_unfinished_one(caller: Caller) -> None:
    caller.sandbox.control(seconds=60)
    job = caller.order().json()["data"]["generateimage"]
    for name in (f"{job['id']}.jpg", "abc.jpg", "../control"):
        answer = requests.get(f"{caller.sandbox.url}/outputs/{name}", timeout=10)
        assert answer.status_code in {401, 404}
