"""NUL characters in an address, which no database column could hold."""

import pytest
from django.test import Client
from django.urls import reverse

from generations.teams.models import Team, User
from tests.conftest import SignIn

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("name", ["gallery", "gallery_fresh", "prompts", "usage", "queue"])
@pytest.mark.parametrize("query", ["q=%00", "q=a%00b&by=me", "%00=x"])
def test_a_nul_in_a_query_is_told_on_a_page(
    team: Team, alice: User, sign_in: SignIn, name: str, query: str
) -> None:
    address = f"{reverse(name, args=[team.slug])}?{query}"
    answer = sign_in(alice).get(address, headers={"Accept": BROWSER})
    assert answer.status_code == 400
    assert "That request could not be read" in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/hooks/in/doitong/a%00b/", "/p/a%00b", "/join/a%00b/", "/v1/text_to_image/a%00b"]
)
def test_a_nul_in_a_path_is_told_to_scripts_in_their_way(client: Client, address: str) -> None:
    answer = client.post(address, b"{}", content_type="application/json")
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}


@pytest.mark.django_db
def test_a_nul_in_a_cookie_is_refused_too(client: Client) -> None:
    client.cookies["session"] = "abcdefgh\0"
    assert client.get(reverse("account_login")).status_code == 400


@pytest.mark.django_db
def test_a_percent_sign_before_zeros_is_no_nul(client: Client) -> None:
    assert client.get(reverse("account_login") + "?q=%2500").status_code == 200
