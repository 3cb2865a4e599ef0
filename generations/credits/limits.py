"""What one may spend now, what binds, and when there is more: for page, API and admission alike."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from generations.credits import refusals
from generations.credits.accounts import wallet
from generations.credits.models import Account, UserDay
from generations.credits.refusals import Refusal
from generations.teams import days
from generations.teams.models import Membership


@dataclass(frozen=True)
class Standing:
    """One member's means in one mode, in credits. None means that nothing limits it."""

    account: Account
    membership: Membership
    day: date
    resets_at: datetime
    spent: int
    reserved: int

    @property
    def daily_limit(self) -> int | None:
        """The plan's, tightened by the member's own."""
        plan = self.account.plan
        limits = [self.membership.daily_limit, plan.daily_limit if plan else None]
        return min((limit for limit in limits if limit is not None), default=None)

    @property
    def left_today(self) -> int | None:
        if self.daily_limit is None:
            return None
        return max(0, self.daily_limit - self.spent - self.reserved)

    @property
    def wallet_left(self) -> int | None:
        return self.account.posted - self.account.held if self.account.is_enforced else None

    @property
    def can_spend(self) -> int | None:
        if self.account.frozen_at:
            return 0
        return min((n for n in (self.left_today, self.wallet_left) if n is not None), default=None)

    @property
    def binds(self) -> str:
        """Which limit ends spending first: "frozen", "wallet", "member", "plan" or ""."""
        if self.account.frozen_at:
            return "frozen"
        if self.can_spend is None:
            return ""
        if self.can_spend == self.wallet_left:
            return "wallet"
        return "member" if self.daily_limit == self.membership.daily_limit else "plan"

    def refusal(self, required: int) -> Refusal | None:
        """Why so many credits cannot be held now, or None where they can."""
        if self.account.frozen_at:
            return Refusal(
                refusals.FROZEN,
                _("The team's account is frozen while a difference in its books is looked into."),
                required=required,
                available=0,
            )
        if self.left_today is not None and self.left_today < required:
            return self._daily_refusal(required, self.left_today)
        if self.wallet_left is not None and self.wallet_left < required:
            return self._wallet_refusal(required, self.wallet_left)
        return None

    def _daily_refusal(self, required: int, left: int) -> Refusal:
        local = timezone.localtime(self.resets_at, timezone=days.zone(self.membership.team))
        sentence = _(
            "This needs up to {required} credits and your daily limit leaves {left}. "
            "It resets at {time}."
        )
        if self.daily_limit is not None and required > self.daily_limit:
            sentence = _(
                "This needs up to {required} credits, more than your whole daily limit of {limit}. "
                "Ask for fewer or smaller pictures."
            )
        return Refusal(
            refusals.DAILY,
            sentence.format(
                required=_grouped(required),
                left=_grouped(left),
                limit=_grouped(self.daily_limit or 0),
                time=date_format(local, "H:i"),
            ),
            required=required,
            available=left,
            whole=self.daily_limit or 0,
            frees_at=self.resets_at,
        )

    def _wallet_refusal(self, required: int, left: int) -> Refusal:
        return Refusal(
            refusals.WALLET,
            _(
                "This needs up to {required} credits and the team wallet has {left}. "
                "An admin can add credits."
            ).format(required=_grouped(required), left=_grouped(left)),
            required=required,
            available=left,
        )


def now(membership: Membership, mode: str) -> Standing:
    """Two queries: the team's wallet with its plan, and the member's day."""
    day = days.today(membership.team)
    figures = (
        UserDay.objects.for_team(membership.team)
        .filter(user=membership.user, day=day, mode=mode)
        .values_list("spent", "reserved")
        .first()
    )
    spent, reserved = figures or (0, 0)
    return Standing(
        account=wallet(membership.team, mode),
        membership=membership,
        day=day,
        resets_at=days.next_midnight(membership.team),
        spent=spent,
        reserved=reserved,
    )


def _grouped(number: int) -> str:
    """1000 reads 1,000."""
    return number_format(number, use_l10n=True, force_grouping=True)
