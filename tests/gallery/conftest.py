"""Pictures and browsers for the tests of the gallery."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from generations.lifecycle.models import Image
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

Make = Callable[..., Image]
Shown = Callable[..., list[str]]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(team: Team, alice: User, sign_in: SignIn) -> Client:
    """Alice's."""
    return sign_in(alice)


@pytest.fixture
def make(team: Team) -> Make:
    """make(alice, "A hill") is her finished picture; `at` is when it was."""

    def create(
        user: User, prompt: str = "A hill", at: datetime | None = None, **changes: object
    ) -> Image:
        image = making.finish(making.ask(team, user, prompt, **changes)[0])
        if at:
            Image.objects.filter(pk=image.pk).update(created_at=at)
        image.refresh_from_db()
        return image

    return create


def ids(text: str) -> list[str]:
    """The ids of the pictures on a page, in order, each once."""
    found = re.findall(r'href="/t/[^/]+/pictures/([0-9a-f-]{36})/["?]', text)
    return list(dict.fromkeys(found))


@pytest.fixture
def shown(team: Team, browser: Client) -> Shown:
    """shown(by="me") is which pictures Alice's gallery has, in order."""

    def look(client: Client = browser, **query: str) -> list[str]:
        answer = client.get(reverse("gallery", args=[team.slug]), query)
        assert answer.status_code == 200
        return ids(answer.content.decode())

    return look
