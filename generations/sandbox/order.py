"""What a caller asks for, read strictly: a wrong field is a 400 that names it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from generations.sandbox.wire import bad

SERVICE = "flux-pro"
VERSIONS = ("flux-pro", "flux-pro-1.1")
QUALITIES = ("standard", "high")
SMALLEST, LARGEST, USUAL = 256, 2048, 1024  # pixels a side
PROMPT_MAX = 4000  # characters


@dataclass(frozen=True)
class Order:
    prompt: str
    width: int
    height: int
    version: str
    quality: str
    webhook_url: str | None


def from_parameters(given: Mapping[str, Any]) -> Order:
    """Of REST, and of the mutation `generateImage`."""
    only(given, {"service", "prompt", "width", "height", "version", "quality", "webhookUrl"})
    required(given, "service")
    one_of(given, "service", (SERVICE,), SERVICE)
    return _order(given, "prompt", given, given)


def from_generate(given: Mapping[str, Any]) -> Order:
    """Of the mutation `generate`."""
    only(given, {"type", "provider", "input", "options", "webhookUrl"})
    required(given, "type")
    one_of(given, "type", ("IMAGE",), "IMAGE")
    one_of(given, "provider", (SERVICE,), SERVICE)
    words = mapping(given, "input")
    only(words, {"text"})
    options = mapping(given, "options")
    only(options, {"width", "height", "version", "quality", "webhookUrl"})
    return _order(words, "text", options, options if "webhookUrl" in options else given)


def _order(
    words: Mapping[str, Any], prompt: str, options: Mapping[str, Any], hook: Mapping[str, Any]
) -> Order:
    return Order(
        prompt=text(words, prompt),
        width=side(options, "width"),
        height=side(options, "height"),
        version=one_of(options, "version", VERSIONS, VERSIONS[0]),
        quality=one_of(options, "quality", QUALITIES, QUALITIES[0]),
        webhook_url=address(hook, "webhookUrl"),
    )


def only(given: Mapping[str, Any], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise bad(f"Unknown parameter {name[:60]}", name[:60])


def required(given: Mapping[str, Any], name: str) -> None:
    if given.get(name) is None:
        raise bad(f"{name} is required", name)


def mapping(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise bad(f"{name} must be an object", name)
    return value


def text(given: Mapping[str, Any], name: str) -> str:
    required(given, name)
    value = given[name]
    if not isinstance(value, str):
        raise bad(f"{name} must be a string", name)
    if not value.strip():
        raise bad(f"{name} must not be empty", name)
    if len(value) > PROMPT_MAX:
        raise bad(f"{name} must be at most {PROMPT_MAX} characters", name)
    return value


def side(given: Mapping[str, Any], name: str) -> int:
    value = given.get(name, USUAL)
    value = USUAL if value is None else value
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad(f"{name} must be an integer", name)
    if not SMALLEST <= value <= LARGEST:
        raise bad(f"{name} must be between {SMALLEST} and {LARGEST}", name)
    return value


def one_of(given: Mapping[str, Any], name: str, choices: Collection[str], usual: str) -> str:
    value = given.get(name, usual)
    value = usual if value is None else value
    if not isinstance(value, str) or value not in choices:
        raise bad(f"{name} must be one of: {', '.join(choices)}", name)
    return value


def address(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 2048:
        raise bad(f"{name} must be a URL", name)
    try:
        parts = urlsplit(value)
        is_sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound:
        raise bad(f"{name} must be an http or https URL", name)
    return value
