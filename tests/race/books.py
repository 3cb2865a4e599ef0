"""A team's books as a model that fits on a page, and what people do to them."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from generations.credits import ledger, refusals
from generations.credits.allowance import Allowance, tighten
from generations.credits.ledger import AlreadyResolved
from generations.credits.models import Account, Hold, UserDay
from generations.credits.refusals import Refusal, Refused
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode

GONE = "nothing to resolve"


@dataclass(frozen=True)
class Day:
    """One member's, in credits."""

    reserved: int = 0
    spent: int = 0
    limit: int | None = None

    def refuses(self, total: int) -> bool:
        return self.limit is not None and self.reserved + self.spent + total > self.limit


@dataclass(frozen=True)
class Books:
    """What the ledger should hold, in credits. Open holds by reference: whose, and how much."""

    posted: int
    held: int
    is_open: bool
    loss: int
    days: dict[str, Day]
    holds: dict[UUID, tuple[str, int]]

    def with_day(self, email: str, reserved: int, spent: int = 0) -> dict[str, Day]:
        day = self.days[email]
        changed = replace(day, reserved=day.reserved + reserved, spent=day.spent + spent)
        return self.days | {email: changed}


def read(team: Team) -> Books:
    """The same from the database."""
    wallet = Account.objects.get(team=team, mode=Mode.TEST, kind="wallet")
    days = {}
    for member in Membership.objects.filter(team=team).select_related("user"):
        rows = UserDay.objects.filter(team=team, user=member.user, mode=Mode.TEST)
        sums = rows.aggregate(reserved=Sum("reserved", default=0), spent=Sum("spent", default=0))
        days[member.user.email] = Day(limit=member.daily_limit, **sums)
    holds = Hold.objects.filter(account=wallet, resolved_at=None).select_related("user")
    return Books(
        posted=wallet.posted,
        held=wallet.held,
        is_open=wallet.is_enforced,
        loss=Account.objects.get(team=team, mode=Mode.TEST, kind="loss").posted,
        days=days,
        holds={one.reference: (one.user.email, one.amount) for one in holds},
    )


@dataclass(frozen=True)
class Act:
    """Through a public door (`do`), and as the model has it (`after`): see serial.py."""

    team: Team
    who: User

    def do(self) -> str:
        raise NotImplementedError

    def after(self, books: Books) -> tuple[Books, str]:
        raise NotImplementedError


@dataclass(frozen=True)
class Promise(Act):
    asks: tuple[ledger.Ask, ...]

    def do(self) -> str:
        member = Membership.objects.select_related("team", "user").get(
            team=self.team, user=self.who
        )
        try:
            with transaction.atomic():
                ledger.hold(member, Mode.TEST, self.asks)
        except Refusal as refusal:
            return refusal.code
        return "held"

    def after(self, books: Books) -> tuple[Books, str]:
        total, email = sum(ask.amount for ask in self.asks), self.who.email
        if books.days[email].refuses(total):
            return books, refusals.DAILY
        if books.is_open and books.posted - books.held < total:
            return books, refusals.WALLET
        new = {ask.reference: (email, ask.amount) for ask in self.asks}
        days = books.with_day(email, total)
        after = replace(books, held=books.held + total, days=days, holds=books.holds | new)
        return after, "held"


@dataclass(frozen=True)
class Resolve(Act):
    """Settle at a cost in credits, or release where it is None."""

    reference: UUID
    cost: int | None

    def do(self) -> str:
        rows = Hold.objects.select_related("account__team").filter(reference=self.reference)
        held = rows.first()
        if held is None:
            return GONE
        try:
            with transaction.atomic():
                if self.cost is None:
                    ledger.release(held)
                    return "0 charged"
                return f"{ledger.settle(held, self.cost)} charged"
        except AlreadyResolved:
            return GONE

    def after(self, books: Books) -> tuple[Books, str]:
        if self.reference not in books.holds:
            return books, GONE
        email, amount = books.holds[self.reference]
        cost = self.cost or 0
        charged = min(cost, amount)
        after = replace(
            books,
            posted=books.posted - charged,
            held=books.held - amount,
            loss=books.loss + cost - charged,
            days=books.with_day(email, -amount, charged),
            holds={key: one for key, one in books.holds.items() if key != self.reference},
        )
        return after, f"{charged} charged"


@dataclass(frozen=True)
class Grant(Act):
    amount: int

    def do(self) -> str:
        try:
            ledger.grant(self.team, Mode.TEST, self.amount, actor=self.who)
        except Refused:
            return "refused"
        return "granted"

    def after(self, books: Books) -> tuple[Books, str]:
        if books.is_open:
            return replace(books, posted=books.posted + self.amount), "granted"
        if self.amount < books.held:
            return books, "refused"
        return replace(books, posted=self.amount, is_open=True), "granted"


@dataclass(frozen=True)
class Adjust(Act):
    amount: int

    def do(self) -> str:
        try:
            ledger.adjust(self.team, Mode.TEST, self.amount, actor=self.who, reason="Counted again")
        except Refused:
            return "refused"
        return "adjusted"

    def after(self, books: Books) -> tuple[Books, str]:
        if not books.is_open or books.posted - books.held + self.amount < 0:
            return books, "refused"
        return replace(books, posted=books.posted + self.amount), "adjusted"


@dataclass(frozen=True)
class Limit(Act):
    """The owner sets a member's daily limit; None takes it away."""

    owner: User
    limit: int | None

    def do(self) -> str:
        member = Membership.objects.select_related("team").get(team=self.team, user=self.who)
        tighten(member, self.owner, Allowance(daily_limit=self.limit))
        return "set"

    def after(self, books: Books) -> tuple[Books, str]:
        day = replace(books.days[self.who.email], limit=self.limit)
        return replace(books, days=books.days | {self.who.email: day}), "set"
