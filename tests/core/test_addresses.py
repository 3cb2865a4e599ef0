"""The address guard: no spelling, no resolver and no second look leads the hub inside."""

import socket
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from generations.core import addresses, http

PUBLIC = "93.184.216.34"
Resolver = Callable[..., None]


@pytest.fixture(autouse=True)
def nothing_is_listed(settings: Settings) -> None:
    settings.ALLOWED_OUTBOUND_ORIGINS = []


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where sockets wanted to go; none of them arrives."""
    found: list[str] = []

    def refuse(self: socket.socket, address: tuple[str, int]) -> None:
        found.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return found


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    """Names resolve to each answer in turn, the last one for ever; addresses to themselves."""
    real = socket.getaddrinfo

    def resolve_to(*answers: list[str]) -> None:
        queue = list(answers)

        def look_up(host: str, port: int, *args: object, **kwargs: object) -> list[object]:
            if host.replace(".", "").isdigit() or ":" in host:
                return list(real(host, port, *args, **kwargs))  # type: ignore[arg-type]
            answer = queue.pop(0) if len(queue) > 1 else queue[0]
            return [row for text in answer for row in real(text, port, *args, **kwargs)]  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    return resolve_to


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "example.com",
        "",
        "https://",
        "https:///path",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "https://@example.com/",
        "https://example.com/#part",
        "https://example.com/#",
        "https://example.com:22/",
        "https://example.com:0/",
        "https://example.com:80/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://exam\tple.com/",
        "https://exam\nple.com/",
        "https://example.com /",
        "https://example.com\\@127.0.0.1/",
        "https://127.0.0.1\\.example.com/",
        "https://127.0.0.%31/",
        "https://a..b/",
        "https://[::1",
        "https://[fe80::1%25eth0]/",
        "https://[not-an-address]/",
        "https://ex℀mple.com/",
        "https://" + "a" * 3000 + ".com/",
    ],
)
def test_an_address_of_another_form_is_refused(url: str, connections: list[str]) -> None:
    with pytest.raises(http.NotAllowed):
        http.request("GET", url)
    with pytest.raises(http.NotAllowed):
        http.check_url(url)
    assert connections == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "0",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "１２７.0.0.1",
        "127。0。0。1",
        "169.254.169.254",
        "93.184.216.34",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2606:2800:220:1::1]",
    ],
)
def test_an_ip_address_in_any_spelling_is_refused(host: str, connections: list[str]) -> None:
    for port in ("", ":443", ":8443"):
        with pytest.raises(http.NotAllowed):
            http.request("GET", f"https://{host}{port}/")
    assert connections == []


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "ⓛocalhost", "localhost."])
def test_names_of_this_machine_are_refused(host: str, connections: list[str]) -> None:
    with pytest.raises(http.NotAllowed):
        http.request("GET", f"https://{host}/")
    assert connections == []


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.216.34",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:5db8:d822::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
    ],
)
def test_a_name_that_leads_inside_is_refused(
    address: str, resolver: Resolver, connections: list[str]
) -> None:
    resolver([address])
    with pytest.raises(http.NotAllowed):
        http.request("GET", "https://inside.example/")
    with pytest.raises(http.NotAllowed):
        http.check_url("https://inside.example/")
    resolver([PUBLIC, address])
    with pytest.raises(http.NotAllowed):
        http.request("GET", "https://half-inside.example/")
    assert connections == []


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])
def test_a_public_name_is_connected_to_at_its_address(
    address: str, resolver: Resolver, connections: list[str]
) -> None:
    resolver([address])
    http.check_url("https://open.example:8443/hook?x=1")
    with pytest.raises(http.NotSent):
        http.request("GET", "https://open.example/")
    assert connections == [address]


def test_a_name_that_changes_its_mind_is_asked_once(
    resolver: Resolver, connections: list[str]
) -> None:
    resolver([PUBLIC], ["127.0.0.1"])
    with pytest.raises(http.NotSent):
        http.request("GET", "https://rebinding.example/")
    assert connections == [PUBLIC]


def test_each_address_of_a_name_is_tried(resolver: Resolver, connections: list[str]) -> None:
    resolver([PUBLIC, "1.1.1.1"])
    with pytest.raises(http.NotSent):
        http.request("GET", "https://two.example/")
    assert connections == [PUBLIC, "1.1.1.1"]


def test_a_listed_origin_is_let_through_and_no_other(
    settings: Settings, connections: list[str]
) -> None:
    settings.ALLOWED_OUTBOUND_ORIGINS = ["http://10.1.2.3:8080/", "nonsense"]
    with pytest.raises(http.NotSent):
        http.request("GET", "http://10.1.2.3:8080/hook")
    assert connections == ["10.1.2.3"]
    for other in (
        "http://10.1.2.3/",
        "https://10.1.2.3:8080/",
        "http://10.1.2.4:8080/",
        "http://user@10.1.2.3:8080/",
        "http://10.1.2.3:8080.example/",
    ):
        with pytest.raises(http.NotAllowed):
            http.request("GET", other)


def test_a_name_that_does_not_resolve_just_now_may_be_saved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    http.check_url("https://later.example/hook")


def test_a_refusal_tells_nothing_of_what_was_found(resolver: Resolver) -> None:
    resolver(["10.9.8.7"])
    with pytest.raises(http.NotAllowed) as refused:
        http.request("GET", "https://inside.example/")
    assert "10.9" not in str(refused.value)


def test_a_name_in_another_script_is_sent_in_its_ascii_form() -> None:
    target = addresses.parse("https://Bücher.example/ä?x=1")
    assert target.origin == "https://xn--bcher-kva.example"
