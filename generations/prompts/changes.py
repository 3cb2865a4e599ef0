"""What changed between two versions, word by word."""

import re
from difflib import SequenceMatcher

WORD = re.compile(r"\s+|[^\s]+")


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """The later text in pieces: "same", "removed" (of the earlier) and "added"."""
    old, new = WORD.findall(before), WORD.findall(after)
    pieces: list[tuple[str, str]] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(new[new_from:new_to])))
            continue
        pieces.append(("removed", "".join(old[old_from:old_to])))
        pieces.append(("added", "".join(new[new_from:new_to])))
    return [piece for piece in pieces if piece[1]]
