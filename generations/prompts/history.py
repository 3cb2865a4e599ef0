"""One prompt as it is read: a version, what it changed, and the versions before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from generations.prompts.changes import Piece, changes, replaced
from generations.prompts.models import Prompt, PromptVersion
from generations.prompts.render import variables


@dataclass(frozen=True)
class Step:
    """A version in the list of them, with what it changed where its author wrote no note."""

    version: PromptVersion
    removed: str = ""
    added: str = ""
    same_as: PromptVersion | None = None  # an earlier version that it went back to


@dataclass(frozen=True)
class Reading:
    """`versions` newest first, `chosen` is read, its changes from `against` are marked."""

    versions: Sequence[PromptVersion]
    chosen: PromptVersion
    against: PromptVersion | None

    @property
    def latest(self) -> PromptVersion:
        return self.versions[0]

    @cached_property
    def changes(self) -> list[Piece]:
        """Empty where there is nothing to compare with, or only the settings are others."""
        if self.against is None or self.against.text == self.chosen.text:
            return []
        return changes(self.against.text, self.chosen.text)

    @cached_property
    def variables(self) -> list[str]:
        return variables(self.chosen.text)

    @property
    def steps(self) -> list[Step]:
        return [_step(version, self.versions[n + 1 :]) for n, version in enumerate(self.versions)]


def read(prompt: Prompt, version: int | None = None, since: int | None = None) -> Reading:
    """The latest version, or that of this number, against the one before it or that of `since`.

    Raises PromptVersion.DoesNotExist.
    """
    versions = list(prompt.versions.select_related("author").order_by("-number"))
    numbered = {each.number: each for each in versions}
    chosen = versions[0] if version is None else numbered.get(version)
    if chosen is None or (since is not None and since not in numbered):
        raise PromptVersion.DoesNotExist
    return Reading(versions, chosen, numbered.get(since or chosen.number - 1))


def _step(version: PromptVersion, earlier: Sequence[PromptVersion]) -> Step:
    if not earlier:
        return Step(version)
    said = (version.text, version.settings)
    same_as = next((other for other in earlier if (other.text, other.settings) == said), None)
    removed, added = replaced(earlier[0].text, version.text)
    return Step(version, removed, added, same_as)
