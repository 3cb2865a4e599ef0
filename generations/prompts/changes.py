"""What changed between two versions, word by word."""

import re
from collections.abc import Iterable, Iterator

Piece = tuple[str, str]  # "same", "removed" or "added", and the text

WORD = re.compile(r"\{\w+\}|\w+|\s+|[^\w\s]")
# Pairs of words to compare, a tenth of a second's work. Beyond it the middle counts as rewritten.
MOST = 400_000


def changes(before: str, after: str) -> list[Piece]:
    """The later text in pieces: "same", "removed" (of the earlier) and "added"."""
    old, new = WORD.findall(before), WORD.findall(after)
    start, end = _same_ends(old, new)
    rest_old, rest_new = old[start : len(old) - end], new[start : len(new) - end]
    pieces = [
        *(("same", word) for word in new[:start]),
        *_compared(rest_old, rest_new),
        *(("same", word) for word in new[len(new) - end :]),
    ]
    return _read(pieces)


def replaced(before: str, after: str) -> tuple[str, str]:
    """In one phrase: what was taken out, and what stands there now."""
    old, new = WORD.findall(before), WORD.findall(after)
    start, end = _same_ends(old, new)
    return (
        "".join(old[start : len(old) - end]).strip(),
        "".join(new[start : len(new) - end]).strip(),
    )


def _same_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many words are the same at the beginning, and of the rest, at the end."""
    most = min(len(old), len(new))
    start = next((n for n in range(most) if old[n] != new[n]), most)
    end = next((n for n in range(most - start) if old[-1 - n] != new[-1 - n]), most - start)
    return start, end


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    """By the longest sequence of words that both have."""
    if len(old) * len(new) > MOST:
        yield "removed", "".join(old)
        yield "added", "".join(new)
        return
    common = _common_lengths(old, new)
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            yield "same", new[j]
            i, j = i + 1, j + 1
        elif common[i + 1][j] >= common[i][j + 1]:
            yield "removed", old[i]
            i += 1
        else:
            yield "added", new[j]
            j += 1
    yield from (("removed", word) for word in old[i:])
    yield from (("added", word) for word in new[j:])


def _common_lengths(old: list[str], new: list[str]) -> list[list[int]]:
    """[i][j]: how many words, in order, old[i:] and new[j:] have in common."""
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        row, below = lengths[i], lengths[i + 1]
        for j in reversed(range(len(new))):
            row[j] = below[j + 1] + 1 if old[i] == new[j] else max(below[j], row[j + 1])
    return lengths


def _read(pieces: Iterable[Piece]) -> list[Piece]:
    """As people read it: a single word between two changes belongs to both of them."""
    found: list[Piece] = []
    removed = added = same = ""
    for kind, text in pieces:
        if kind == "same":
            same += text
            continue
        if same and (len(re.findall(r"\w+", same)) > 1 or not (removed or added)):
            found += [("removed", removed), ("added", added), ("same", same)]
            removed = added = ""
        else:
            removed, added = removed + same, added + same
        same = ""
        if kind == "removed":
            removed += text
        else:
            added += text
    found += [("removed", removed), ("added", added), ("same", same)]
    return [piece for piece in found if piece[1]]
