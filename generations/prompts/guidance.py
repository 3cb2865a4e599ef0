"""What a prompt says and what it says nothing of: one line of advice while it is written.

The vendor's own advice: be specific about visual elements, style and mood; include lighting,
camera angle and composition; avoid contradictions. Nothing here is a condition: what is not
understood, such as another language, is passed over in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from generations.prompts import vocabulary
from generations.prompts.render import VARIABLE

WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
NEGATED = r"(?<!\bno )(?<!\bnot )(?<!\bwithout )"
LEAST_SHARE = 0.2  # of the words that must be known, for the language to be
SHOWN = 2  # of what it lacks, at a time


@dataclass(frozen=True)
class Aspect:
    name: str | Promise
    missed: str | Promise  # in "says nothing of …"
    words: str
    suggestions: tuple[str, ...] = ()


SUBJECT = Aspect(gettext_lazy("Subject"), gettext_lazy("a subject"), vocabulary.SUBJECT)
STYLE = Aspect(
    gettext_lazy("Style"),
    gettext_lazy("style"),
    vocabulary.STYLE,
    (
        gettext_noop("ink wash on rough cotton paper"),
        gettext_noop("35 mm film photograph"),
        gettext_noop("gouache illustration"),
        gettext_noop("linocut in two colours"),
    ),
)
LIGHT = Aspect(
    gettext_lazy("Light"),
    gettext_lazy("light"),
    vocabulary.LIGHT,
    (
        gettext_noop("soft light from a window"),
        gettext_noop("last light from the left"),
        gettext_noop("even, overcast light"),
        gettext_noop("long shadows of a low sun"),
    ),
)
COMPOSITION = Aspect(
    gettext_lazy("Composition"),
    gettext_lazy("composition"),
    vocabulary.COMPOSITION,
    (
        gettext_noop("wide empty sky above"),
        gettext_noop("off centre, to the left"),
        gettext_noop("close-up that fills the frame"),
        gettext_noop("dark foreground, far horizon"),
    ),
)
CAMERA = Aspect(
    gettext_lazy("Camera"),
    gettext_lazy("camera angle"),
    vocabulary.CAMERA,
    (
        gettext_noop("seen from low on the ground"),
        gettext_noop("85 mm lens, shallow depth of field"),
        gettext_noop("seen from above"),
        gettext_noop("eye level, 35 mm lens"),
    ),
)
MOOD = Aspect(
    gettext_lazy("Mood"),
    gettext_lazy("mood"),
    vocabulary.MOOD,
    (
        gettext_noop("hushed"),
        gettext_noop("calm and wide"),
        gettext_noop("wistful"),
        gettext_noop("quietly joyful"),
    ),
)
ASPECTS = (SUBJECT, STYLE, LIGHT, COMPOSITION, CAMERA, MOOD)
MOST_MISSED = (SUBJECT, STYLE, LIGHT, MOOD, CAMERA, COMPOSITION)


@dataclass(frozen=True)
class Review:
    """All empty where nothing is recognised."""

    has: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    contradictions: list[tuple[str, str]] = field(default_factory=list)


def review(text: str) -> Review:
    """The same for the same text, in the reader's language. Costs no query."""
    plain = _plain(text)
    found = [aspect for aspect in ASPECTS if _speaks_of(aspect, plain)]
    if not _is_understood(plain):
        return Review()
    lacking = [aspect for aspect in MOST_MISSED if aspect not in found][:SHOWN]
    return Review(
        has=[str(aspect.name) for aspect in found],
        lacks=[str(aspect.missed) for aspect in lacking],
        suggestions=[words for aspect in lacking if (words := _suggestion(aspect, text))],
        contradictions=list(_contradictions(plain)),
    )


def _plain(text: str) -> str:
    spaced = " ".join(text.lower().replace("’", "'").split())
    return re.sub(r"\d+(?:[.,]\d+)?", "0", spaced)


def _speaks_of(aspect: Aspect, plain: str) -> bool:
    if _pattern(_known(aspect.words)).search(plain):
        return True
    return aspect is SUBJECT and bool(VARIABLE.search(plain) or _rest(plain))


def _rest(plain: str) -> list[str]:
    """The words that no list has: where there are any, something is named."""
    for words in (vocabulary.SMALL, *(aspect.words for aspect in ASPECTS)):
        plain = _pattern(_known(words)).sub(" ", plain)
    return [word for word in WORD.findall(plain) if len(word) > 3 or not word.isascii()]


def _is_understood(plain: str) -> bool:
    words = WORD.findall(plain)
    small = len(_pattern(_known(vocabulary.SMALL)).findall(plain))
    others = set(vocabulary.FOREIGN.split()) - set(_known(vocabulary.SMALL).split(", "))
    foreign = sum(word in others for word in words)
    known = small + sum(len(_pattern(_known(each.words)).findall(plain)) for each in ASPECTS)
    least = max(LEAST_SHARE * len(words), 2 if len(words) > 3 else 1)
    return foreign <= small and known >= least


def _suggestion(aspect: Aspect, text: str) -> str:
    """One that contradicts nothing; while one writes on, the same."""
    start = crc32(text[:20].encode(errors="replace"))
    count = len(aspect.suggestions)
    before = len(list(_contradictions(_plain(text))))
    for turn in range(count):
        words = gettext(aspect.suggestions[(start + turn) % count])
        if len(list(_contradictions(_plain(f"{text}, {words}")))) == before:
            return words
    return ""


def _contradictions(plain: str) -> Iterator[tuple[str, str]]:
    for pair in vocabulary.CONTRADICTIONS:
        for each in dict.fromkeys((pair, gettext(pair))):
            one, _, other = each.partition(" | ")
            first, second = _pattern(one).search(plain), _pattern(other).search(plain)
            if first and second:
                yield first[0], second[0]
                break


def _known(words: str) -> str:
    """In English, as most prompts are, and in the reader's language."""
    return ", ".join(dict.fromkeys((words, gettext(words))))


@lru_cache(maxsize=256)
def _pattern(words: str) -> re.Pattern[str]:
    longest_first = sorted(words.split(", "), key=len, reverse=True)
    return re.compile(rf"{NEGATED}\b(?:{'|'.join(map(re.escape, longest_first))})(?:e?s)?\b")
