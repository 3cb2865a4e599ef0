from datetime import timedelta

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage, Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from generations.core import clock, undo


def test_the_way_back_survives_the_trip_to_the_next_page() -> None:
    first, answer, following = request(), HttpResponse(), request()
    undo.offer(first, "Gone.", "/t/team/back/", picture="7", note="a b&c=ü")
    storage(first).update(answer)
    following.COOKIES = {name: morsel.value for name, morsel in answer.cookies.items()}
    (message,) = storage(following)
    assert str(message) == "Gone."
    assert undo.offered(message) == undo.Offer(
        "/t/team/back/", (("picture", "7"), ("note", "a b&c=ü"))
    )


def test_an_offer_for_some_seconds_counts_them_down_to_none() -> None:
    now = clock.now()
    for until, seconds in ((now + timedelta(seconds=4.5), 5), (now - timedelta(seconds=1), 0)):
        asked = request()
        undo.offer(asked, "Twelve start.", "/t/team/back/", until=until)
        (message,) = get_messages(asked)
        found = undo.offered(message)
        assert found and (found.url, found.fields, found.seconds) == ("/t/team/back/", (), seconds)


def test_other_messages_offer_nothing() -> None:
    assert undo.offered(Message(25, "Saved.")) is None
    assert undo.offered(Message(25, "Saved.", extra_tags="loud")) is None


def test_an_undo_leads_back_to_where_its_button_stood() -> None:
    assert location(next="/t/team/gallery/?q=hills") == "/t/team/gallery/?q=hills"


def test_an_undo_leads_nowhere_else() -> None:
    for next_page in ("", "home", "//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert location(next=next_page) == "/otherwise/"


def test_for_htmx_the_page_is_refreshed_where_it_is() -> None:
    answer = undo.done(RequestFactory().post("/", headers={"HX-Request": "true"}), "/otherwise/")
    assert answer.status_code == 204
    assert answer.headers["HX-Refresh"] == "true"


def request() -> HttpRequest:
    made = RequestFactory().get("/")
    made._messages = CookieStorage(made)  # type: ignore[attr-defined]
    return made


def storage(request: HttpRequest) -> BaseStorage:
    found = get_messages(request)
    assert isinstance(found, BaseStorage)
    return found


def location(**fields: str) -> str:
    return undo.done(RequestFactory().post("/", fields), "/otherwise/").headers["Location"]
