"""Taking pictures in: good ones, and what an enemy would send."""

import gc
import multiprocessing
import os
import signal
import threading
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image as Pillow
from PIL.ExifTags import Base

from generations.core import blobs
from generations.lifecycle import confined, pictures
from generations.lifecycle.decoding import Reason
from generations.lifecycle.models import Image
from generations.lifecycle.pictures import VARIANTS, BadImage, Taken, take
from tests.lifecycle import hostile


def kept(taken: Taken, variant: str) -> bytes:
    return blobs.read(Image(sha256=taken.sha256, format=taken.format).file_name(variant))


def opened(taken: Taken, variant: str) -> Pillow.Image:
    return Pillow.open(BytesIO(kept(taken, variant)))


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_the_original_is_kept_as_it_came_with_its_display_versions(file_format: str) -> None:
    content = hostile.picture((2000, 1500), file_format=file_format)

    taken = take(content)

    assert (taken.format, taken.width, taken.height) == (file_format.lower(), 2000, 1500)
    assert taken.size == len(content)
    assert kept(taken, "original") == content
    sizes = {variant: opened(taken, variant).size for variant in VARIANTS}
    assert sizes == {"320": (320, 240), "640": (640, 480), "1280": (1280, 960)}
    assert {opened(taken, variant).format for variant in VARIANTS} == {"WEBP"}


def test_every_display_version_exists_and_none_is_wider_than_the_original() -> None:
    taken = take(hostile.picture((500, 250)))

    sizes = {variant: opened(taken, variant).size for variant in VARIANTS}

    assert sizes == {"320": (320, 160), "640": (500, 250), "1280": (500, 250)}


def test_taking_the_same_bytes_twice_gives_the_same_answer() -> None:
    content = hostile.picture((64, 64))

    assert take(content) == take(content)


def test_the_colour_is_the_most_frequent_one() -> None:
    image = Pillow.new("RGB", (400, 400), (10, 120, 200))
    image.paste((255, 255, 0), (0, 0, 400, 100))

    assert take(hostile.saved(image, "PNG")).colour == "#0a78c8"


def test_transparency_is_kept_and_its_colour_seen_on_white() -> None:
    taken = take(hostile.picture((400, 400), "RGBA", (255, 0, 0, 0)))

    assert opened(taken, "320").mode == "RGBA"
    assert taken.colour == "#ffffff"


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    taken = take(hostile.picture((400, 400), "I;16", 30000))

    assert taken.colour == "#757575"


def test_a_print_picture_becomes_one_for_screens() -> None:
    content = hostile.picture((400, 400), "CMYK", (0, 255, 255, 0), "JPEG")

    red, green, blue = opened(take(content), "320").convert("RGB").getpixel((9, 9))  # type: ignore[misc]

    assert red > 200
    assert max(green, blue) < 60


def test_display_versions_keep_the_colour_profile_and_lose_all_else() -> None:
    exif = Pillow.Exif()
    exif[Base.Make] = "a camera"
    content = hostile.picture(file_format="JPEG", exif=exif, icc_profile=hostile.profile())

    taken = take(content)

    for variant in VARIANTS:
        version = opened(taken, variant)
        assert version.info.get("icc_profile") == hostile.profile()
        assert not version.getexif()
        assert b"a camera" not in kept(taken, variant)


def test_a_turned_picture_is_recorded_upright() -> None:
    exif = Pillow.Exif()
    exif[Base.Orientation] = 6
    taken = take(hostile.picture((800, 600), file_format="JPEG", exif=exif))

    assert (taken.width, taken.height) == (600, 800)
    assert opened(taken, "320").size == (320, 427)


GOOD = hostile.picture((300, 300), file_format="JPEG")
ENEMIES = [
    ("nothing", b"", Reason.NOT_A_PICTURE),
    ("words", b"not a picture", Reason.NOT_A_PICTURE),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', Reason.NOT_A_PICTURE),
    ("page", b"<!doctype html><script>1</script>" + GOOD, Reason.NOT_A_PICTURE),
    ("gif", hostile.picture(file_format="GIF"), Reason.NOT_A_PICTURE),
    ("tiff", hostile.picture(file_format="TIFF"), Reason.NOT_A_PICTURE),
    ("gif that is a script", b"GIF89a/*" + GOOD + b"*/=1;alert(1)", Reason.NOT_A_PICTURE),
    ("cut jpeg", hostile.saved(Pillow.effect_noise((300, 300), 90), "JPEG")[:9000], Reason.DAMAGED),
    ("cut png", hostile.saved(Pillow.effect_noise((300, 300), 90), "PNG")[:9000], Reason.DAMAGED),
    ("moving png", hostile.animated("PNG"), Reason.ANIMATED),
    ("moving webp", hostile.animated("WEBP"), Reason.ANIMATED),
    ("wide", hostile.picture((4097, 10)), Reason.TOO_MANY_PIXELS),
    ("flood of 144 megapixels", hostile.flood(12000, 12000), Reason.TOO_MANY_PIXELS),
    ("flood of 900 megapixels", hostile.flood(30000, 30000), Reason.TOO_MANY_PIXELS),
    ("text bomb", hostile.text_bomb(), Reason.NOT_A_PICTURE),
    ("too many bytes", GOOD + bytes(30_000_000), Reason.TOO_MANY_BYTES),
]


@pytest.mark.parametrize(
    ("content", "reason"), [case[1:] for case in ENEMIES], ids=[case[0] for case in ENEMIES]
)
def test_what_is_no_picture_of_ours_is_refused_at_no_cost_to_the_worker(
    content: bytes, reason: Reason
) -> None:
    before = peak_memory()

    with pytest.raises(BadImage) as refusal:
        take(content)

    assert refusal.value.reason == reason
    assert str(refusal.value) == str(reason.label)
    assert peak_memory(reset=False) - before < 16


def test_the_largest_picture_still_fits_and_fills_the_child_only() -> None:
    content = hostile.flood(4096, 4096)
    before = peak_memory()

    taken = take(content)

    assert (taken.width, taken.height) == (4096, 4096)
    assert peak_memory(reset=False) - before < 16


def test_a_child_that_wants_too_much_memory_gives_no_answer() -> None:
    assert confined.run(lambda: bytes(2 * confined.MEMORY)) is None


def test_a_child_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "SECONDS", 1)

    assert confined.run(_forever) is None


def test_a_child_may_open_nothing() -> None:
    assert confined.run(lambda: open("/dev/null", "rb").read()) is None  # noqa: PTH123, SIM115


def test_a_child_finalizes_nothing_of_its_parent() -> None:
    """A connection in a dead circle would say goodbye on the socket that the parent still uses."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    gc.collect()  # so that the next collection is the child's
    try:
        circle = Goodbye(writer)
        circle.itself = circle
        del circle
        assert confined.run(lambda: bytes(len([[n] for n in range(100_000)]) > 0)) == b"\0"
        with pytest.raises(BlockingIOError):
            os.read(reader, 1)
    finally:
        gc.collect()
        os.close(reader)
        os.close(writer)


class Goodbye:
    def __init__(self, writer: int) -> None:
        self.writer = writer
        self.itself: Goodbye | None = None

    def __del__(self) -> None:
        os.write(self.writer, b"!")


def test_a_decoder_that_falls_ends_the_child_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "decode", _falling)

    with pytest.raises(BadImage) as refusal:
        take(GOOD)

    assert refusal.value.reason == Reason.TOO_COSTLY


@pytest.mark.parametrize("answer", [b"", b"{}\n", b"[]\n", b"\xff\n", b'{"refused": "no"}\n'])
def test_a_child_that_was_taken_over_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(pictures, "_packed", lambda content: answer)

    with pytest.raises(BadImage):
        take(GOOD)


def test_eight_threads_take_pictures_at_a_time() -> None:
    contents = [hostile.picture((64 + n, 64)) for n in range(8)]
    widths: list[int] = []
    threads = [
        threading.Thread(target=lambda content=content: widths.append(take(content).width))
        for content in contents
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(widths) == [64 + n for n in range(8)]


def test_a_daemonic_worker_may_take_pictures() -> None:
    fork = multiprocessing.get_context("fork")
    said = fork.SimpleQueue()
    worker = fork.Process(target=lambda: said.put(take(GOOD).width), daemon=True)

    worker.start()
    worker.join(60)

    assert worker.exitcode == 0
    assert said.get() == 300


@pytest.mark.django_db(transaction=True)
def test_no_threads_database_connection_is_hurt_by_a_child() -> None:
    """A child frees what belonged to the other threads: that must not end their sessions."""
    lines: list[int] = []
    opened_all, taken_all = threading.Barrier(4), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            opened_all.wait(30)
            taken_all.wait(30)
            cursor.execute("SELECT count(*) FROM generations_team")
            lines.append(cursor.fetchone()[0])
        connection.close()

    threads = [threading.Thread(target=hold) for _ in range(3)]
    for thread in threads:
        thread.start()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        opened_all.wait(30)
        for _ in range(5):
            take(GOOD)
        taken_all.set()
        for thread in threads:
            thread.join(30)
        cursor.execute("SELECT count(*) FROM generations_team")
        assert cursor.fetchone() == (0,)
    assert lines == [0, 0, 0]


def peak_memory(*, reset: bool = True) -> int:
    """The most this process has had in memory since the last reset, in MB."""
    if reset:
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _falling(content: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _forever() -> bytes:
    while True:
        pass
