"""What a browser takes for a tab, a phone's home screen and an installed hub."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

STATIC = Path(settings.BASE_DIR) / "static"
MANIFEST = json.loads((STATIC / "manifest.webmanifest").read_text())


def size(name: str) -> tuple[int, int]:
    with Image.open(STATIC / name) as image:
        return image.size


@pytest.mark.django_db
def test_every_page_names_the_icons_and_the_manifest() -> None:
    text = Client().get(reverse("account_login")).content.decode()
    for name in ("favicon.svg", "icon-180.png", "manifest.webmanifest"):
        assert f'href="/static/{name}"' in text


def test_the_touch_icon_has_the_size_that_phones_ask_for() -> None:
    assert size("icon-180.png") == (180, 180)


def test_the_manifest_names_icons_of_the_sizes_that_they_have() -> None:
    for icon in MANIFEST["icons"]:
        width, height = size(icon["src"])
        assert icon["sizes"] == f"{width}x{height}"
    assert {icon["sizes"] for icon in MANIFEST["icons"]} == {"192x192", "512x512"}


def test_an_installed_hub_begins_at_the_first_page() -> None:
    assert MANIFEST["start_url"] == reverse("home")
