"""What the upstream billed: charged, paid but not charged, and what neither of them explains.

Charges and losses are the ledger's own entries of the days, the rest the differences that the
reconciliation of these days found: so the three sums are exact whatever was billed late. Where
the upstream was not or cannot be asked, our own figures stand for its bill, and that is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, UUIDField

from generations.credits.models import Account, AccountKind, Entry, EntryKind, Payment
from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Difference, Generation, Reconciliation
from generations.reports.figures import wallets
from generations.reports.period import Period
from generations.teams import days
from generations.teams.models import Team
from generations.teams.modes import Mode


@dataclass(frozen=True)
class Price:
    """Of one credit: the mean of all grants, each of which was paid in this currency."""

    credit: Decimal
    currency: str

    def of(self, credits: int) -> Decimal:
        return (self.credit * credits).quantize(Decimal("0.01"))


@dataclass
class Line:
    """One shared key, in credits."""

    key: UpstreamKey
    charged: int = 0
    lost: int = 0
    unexplained: int = 0
    differences: int = 0
    unconfirmed: int = 0  # of what was charged: on days that are not reconciled
    asked: int = 0  # attempts that the upstream answered about
    unasked: int = 0  # attempts that it took, and that it could not be asked about
    unanswered: int = 0  # attempts of which nobody knows whether it took them
    waiting: list[Reconciliation] = field(default_factory=list)  # days that are still asked about
    left_open: list[Reconciliation] = field(default_factory=list)  # done, but for something

    @property
    def billed(self) -> int:
        return self.charged + self.lost + self.unexplained

    @property
    def trouble(self) -> str:
        return next((day.trouble for day in self.waiting if day.trouble), "")


@dataclass(frozen=True)
class Bill:
    period: Period
    mode: Mode
    lines: list[Line]
    price: Price | None
    today: date

    @property
    def so_far(self) -> Period:
        return self.period.until(self.today)

    @property
    def charged(self) -> int:
        return sum(line.charged for line in self.lines)

    @property
    def lost(self) -> int:
        return sum(line.lost for line in self.lines)

    @property
    def unexplained(self) -> int:
        return sum(line.unexplained for line in self.lines)

    @property
    def differences(self) -> int:
        return sum(line.differences for line in self.lines)

    @property
    def billed(self) -> int:
        return sum(line.billed for line in self.lines)

    @property
    def unconfirmed(self) -> int:
        return sum(line.unconfirmed for line in self.lines)

    @property
    def unasked(self) -> int:
        return sum(line.unasked for line in self.lines)

    @property
    def unanswered(self) -> int:
        return sum(line.unanswered for line in self.lines)

    @property
    def trouble(self) -> str:
        return next((line.trouble for line in self.lines if line.trouble), "")

    @property
    def left_open(self) -> list[Reconciliation]:
        """Days that are done without an answer that was asked for; each says which."""
        return [day for line in self.lines for day in line.left_open]

    @property
    def money(self) -> Decimal | None:
        return self.price.of(self.billed) if self.price else None


def bill(team: Team, mode: Mode, period: Period) -> Bill:
    """Seven queries, however many keys and entries."""
    keys = UpstreamKey.objects.for_team(team).filter(mode=mode).order_by("created_at", "pk")
    lines = {key.pk: Line(key) for key in keys}
    done = _reconciled(team, mode, period, lines)
    for key, day, charged in _charges(team, mode, period):
        lines[key].charged += charged
        if (key, day) not in done:
            lines[key].unconfirmed += charged
    for key, lost in _losses(team, mode, period):
        lines[key].lost += lost
    found = differences(team, mode, period).order_by()
    by_key = found.values_list("reconciliation__upstream_key")
    for key, unexplained, count in by_key.annotate(Sum("unexplained"), Count("id")):
        lines[key].unexplained, lines[key].differences = unexplained, count
    shown = [
        line
        for line in lines.values()
        if line.billed or line.differences or line.asked or line.key.removed_at is None
    ]
    return Bill(period, mode, shown, price(team, mode), days.today(team))


def differences(
    team: Team, mode: str, period: Period, key: UUID | None = None
) -> QuerySet[Difference]:
    """Those of the days, the last found first."""
    rows = Difference.objects.for_team(team).filter(
        reconciliation__upstream_key__mode=mode,
        reconciliation__day__range=(period.first, period.last),
    )
    if key:
        rows = rows.filter(reconciliation__upstream_key=key)
    related = ("reconciliation__upstream_key", "attempt__generation__image")
    return rows.select_related(*related).order_by("-id")


def losses(team: Team, mode: str | None) -> QuerySet[Account]:
    """The accounts of what was paid and not charged."""
    rows = Account.objects.for_team(team).filter(kind=AccountKind.LOSS)
    return rows.filter(mode=mode) if mode else rows


def lost_on(team: Team, mode: str, day: date) -> int:
    """Credits that were paid that day and charged to nobody."""
    entries = Entry.objects.filter(account__in=losses(team, mode), kind=EntryKind.LOSS, day=day)
    return entries.aggregate(credits=Sum("posted"))["credits"] or 0


def price(team: Team, mode: Mode) -> Price | None:
    """None unless every credit that was granted was paid for, all in one currency."""
    grants = Entry.objects.filter(account__in=wallets(team, mode), kind=EntryKind.GRANT)
    paid = Payment.objects.for_team(team).filter(entry__in=grants, money__isnull=False)
    sums = list(paid.order_by().values_list("currency").annotate(Sum("money"), Count("pk")))
    granted = grants.aggregate(credits=Sum("posted"), count=Count("pk"))
    if len(sums) != 1 or sums[0][2] != granted["count"]:
        return None
    currency, money, _count = sums[0]
    return Price(Decimal(money) / granted["credits"], currency)


def _charges(team: Team, mode: Mode, period: Period) -> Iterator[tuple[UUID, date, int]]:
    charged = Q(
        hold__entries__account__in=wallets(team, mode),
        hold__entries__kind=EntryKind.SETTLE,
        hold__entries__day__range=(period.first, period.last),
    )
    rows = Generation.objects.for_team(team).filter(charged).order_by()
    by_day = rows.values_list("upstream_key", "hold__entries__day")
    for key, day, posted in by_day.annotate(Sum("hold__entries__posted")):
        yield key, day, -posted


def _losses(team: Team, mode: Mode, period: Period) -> "QuerySet[Entry, tuple[UUID, int]]":
    sent = Generation.objects.filter(pk=OuterRef("reference")).values("upstream_key")[:1]
    key = Subquery(sent, output_field=UUIDField())
    rows = Entry.objects.filter(
        account__in=losses(team, mode),
        kind=EntryKind.LOSS,
        day__range=(period.first, period.last),
    )
    by_key = rows.order_by().annotate(key=key).values_list("key")
    return by_key.annotate(Sum("posted"))


def _reconciled(
    team: Team, mode: Mode, period: Period, lines: dict[UUID, Line]
) -> set[tuple[UUID, date]]:
    """The days that are done, and on the lines what became of their attempts."""
    rows = Reconciliation.objects.for_team(team).filter(
        upstream_key__mode=mode, day__range=(period.first, period.last)
    )
    done = set()
    for row in rows:
        line = lines[row.upstream_key_id]
        if row.done_at is None:
            line.waiting.append(row)
            continue
        done.add((row.upstream_key_id, row.day))
        if row.trouble:
            row.upstream_key = line.key
            line.left_open.append(row)
        line.asked += row.asked
        line.unasked += row.unasked
        line.unanswered += row.unanswered
    return done
