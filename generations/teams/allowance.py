"""Three limits that a plan, a member and an API key know alike; the tightest of them binds."""

from dataclasses import asdict, dataclass, fields
from typing import Protocol


@dataclass(frozen=True)
class Allowance:
    """Credits a day, pictures at once, requests a minute. None means that nothing limits it."""

    daily_limit: int | None = None
    concurrent: int | None = None
    requests_per_minute: int | None = None

    def within(self, other: "Allowance") -> "Allowance":
        """Each limit, or the other's where that is tighter."""
        mine, theirs = asdict(self), asdict(other)
        return Allowance(**{name: tightest(mine[name], theirs[name]) for name in mine})

    def changed_from(self, before: "Allowance") -> dict[str, int | None]:
        """By name, what differs."""
        old = asdict(before)
        return {name: limit for name, limit in asdict(self).items() if limit != old[name]}


class Limited(Protocol):
    """A row with the three limits as columns of these names."""

    daily_limit: int | None
    concurrent: int | None
    requests_per_minute: int | None


def of(row: Limited) -> Allowance:
    return Allowance(**{field.name: getattr(row, field.name) for field in fields(Allowance)})


def tightest(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def is_wider(limit: int | None, than: int | None) -> bool:
    return than is not None and (limit is None or limit > than)
