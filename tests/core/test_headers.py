"""What a browser is told that it may do with our pages."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/nothing-here/"])
def test_a_page_loads_and_asks_nothing_but_the_hub_itself(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == rules["img-src"] == rules["script-src"] == "'self'"
    assert set(rules.values()) == {"'none'", "'self'"}
