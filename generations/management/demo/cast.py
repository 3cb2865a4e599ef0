"""Who and what the demo is about, as `harbour_street.toml` tells it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from generations.providers.catalogue import PRESETS

FILE = Path(__file__).with_name("harbour_street.toml")
FULL = {preset.ratio: (preset.width, preset.height) for preset in PRESETS}
# Of the same shapes, for a fifth of the drawing: most of what a team makes are drafts.
DRAFTS = {
    "1:1": (432, 432),
    "4:5": (384, 480),
    "2:3": (352, 528),
    "3:2": (528, 352),
    "16:9": (512, 288),
    "9:16": (288, 512),
}


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    role: str
    share: int
    joined: int  # days ago

    @property
    def first(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True)
class Version:
    ago: int  # days
    by: str
    text: str


@dataclass(frozen=True)
class Prompt:
    """One of the library, or without a title words that were written once."""

    title: str
    project: str
    size: str
    versions: tuple[Version, ...]
    uses: int = 1
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    style: str = ""


@dataclass(frozen=True)
class Grant:
    ago: int  # days
    credits: int
    money: str  # in euros
    invoice: str
    reason: str = ""


@dataclass(frozen=True)
class Script:
    name: str
    by: str
    project: str
    prompt: str


@dataclass(frozen=True)
class Cast:
    team: str
    zone: str
    outsider: str
    key: str
    script: Script
    projects: tuple[str, ...]
    people: tuple[Person, ...]
    grants: tuple[Grant, ...]
    prompts: tuple[Prompt, ...]
    loose: tuple[Prompt, ...]
    ending: tuple[tuple[float, str, str, int], ...]  # minutes ago, who, title, pictures
    batch: tuple[int, str, str, tuple[str, ...]]  # minutes ago, who, title, a value for each row
    failed: tuple[int, str, Prompt]  # minutes ago, who, what
    now: tuple[tuple[str, str, int], ...]  # who, title, pictures
    tomorrow: tuple[str, str, int, int, int]  # who, title, pictures, width, height

    def prompt(self, title: str) -> Prompt:
        return next(prompt for prompt in self.prompts if prompt.title == title)


@cache
def cast() -> Cast:
    told = tomllib.loads(FILE.read_text())
    ago, who, *words = told["ending"]["failed"]
    return Cast(
        team=told["team"],
        zone=told["zone"],
        outsider=told["outsider"],
        key=told["key"],
        script=Script(**told["script"]),
        projects=tuple(told["projects"]),
        people=tuple(Person(**person) for person in told["people"]),
        grants=tuple(Grant(**grant) for grant in told["grants"]),
        prompts=tuple(
            Prompt(**prompt | {"versions": tuple(Version(**each) for each in prompt["versions"])})
            for prompt in told["prompts"]
        ),
        loose=tuple(_loose(*words) for words in told["loose"]["prompts"]),
        ending=tuple(tuple(each) for each in told["ending"]["sittings"]),
        batch=(*told["ending"]["batch"][:3], tuple(told["ending"]["batch"][3])),
        failed=(ago, who, _loose(*words)),
        now=tuple(tuple(each) for each in told["now"]["sittings"]),
        tomorrow=tuple(told["now"]["tomorrow"]),
    )


def _loose(text: str, project: str, size: str, style: str) -> Prompt:
    return Prompt("", project, size, (Version(0, "", text),), style=style)
