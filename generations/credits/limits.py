"""What one may spend now, what binds, and when there is more: for page, API and admission alike."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.credits import key_days, refusals
from generations.credits.accounts import wallet
from generations.credits.key_days import Key
from generations.credits.models import Account, UserDay
from generations.credits.refusals import Refusal, grouped
from generations.teams import days
from generations.teams.allowance import tightest
from generations.teams.models import Membership, Team


@dataclass(frozen=True)
class Standing:
    """One member's means in one mode, in credits. None means that nothing limits it."""

    account: Account
    membership: Membership
    day: date
    resets_at: datetime
    spent: int
    reserved: int
    key: Key | None = None  # the API key that asks; a page asks without one
    key_spent: int = 0
    key_reserved: int = 0

    @property
    def daily_limit(self) -> int | None:
        """The plan's, tightened by the member's own."""
        plan = self.account.plan
        return tightest(self.membership.daily_limit, plan.daily_limit if plan else None)

    @property
    def left_today(self) -> int | None:
        if self.daily_limit is None:
            return None
        return max(0, self.daily_limit - self.spent - self.reserved)

    @property
    def key_left(self) -> int | None:
        """Of the API key's own daily limit."""
        if self.key is None or self.key.daily_limit is None:
            return None
        return max(0, self.key.daily_limit - self.key_spent - self.key_reserved)

    @property
    def wallet_left(self) -> int | None:
        return self.account.posted - self.account.held if self.account.is_enforced else None

    @property
    def can_spend(self) -> int | None:
        if self.account.frozen_at:
            return 0
        return tightest(self.left_today, self.key_left, self.wallet_left)

    @property
    def binds(self) -> str:
        """Which limit ends spending first: "frozen", "wallet", "key", "member", "plan" or ""."""
        if self.account.frozen_at:
            return "frozen"
        if self.can_spend is None:
            return ""
        if self.can_spend == self.wallet_left:
            return "wallet"
        return self._binds_daily if self.can_spend == self.left_today else "key"

    @property
    def frees_at(self) -> datetime | None:
        """When there is more; None where nothing binds, or no time can be told."""
        return self.resets_at if self.binds in {"key", "member", "plan"} else None

    @property
    def _binds_daily(self) -> str:
        return "member" if self.daily_limit == self.membership.daily_limit else "plan"

    def refusal(self, required: int) -> Refusal | None:
        """Why so many credits cannot be held now, or None where they can."""
        if self.account.frozen_at:
            return Refusal(
                refusals.FROZEN,
                _("The team's account is frozen while a difference in its books is looked into."),
                required=required,
                available=0,
                binds="frozen",
            )
        if self.left_today is not None and self.left_today < required:
            return self._daily_refusal(required, self.left_today, self.daily_limit or 0)
        if self.key_left is not None and self.key_left < required:
            return self._key_refusal(required, self.key_left)
        if self.wallet_left is not None and self.wallet_left < required:
            return self._wallet_refusal(required, self.wallet_left)
        return None

    def _daily_refusal(self, required: int, left: int, whole: int) -> Refusal:
        sentence = _(
            "This needs up to {required} credits and your daily limit leaves {left}. "
            "It resets at {time}."
        )
        if required > whole:
            sentence = _(
                "This needs up to {required} credits, more than your whole daily limit of {limit}. "
                "Ask for fewer or smaller pictures."
            )
        return self._until_reset(sentence, required, left, whole, self._binds_daily)

    def _key_refusal(self, required: int, left: int) -> Refusal:
        whole = (self.key and self.key.daily_limit) or 0
        sentence = _(
            "This needs up to {required} credits and the daily limit of the API key “{key}” "
            "leaves {left}. It resets at {time}."
        )
        if required > whole:
            sentence = _(
                "This needs up to {required} credits, more than the whole daily limit of the API "
                "key “{key}”, {limit}. Ask for a smaller picture."
            )
        return self._until_reset(sentence, required, left, whole, "key")

    def _until_reset(
        self, sentence: str, required: int, left: int, whole: int, binds: str
    ) -> Refusal:
        local = timezone.localtime(self.resets_at, timezone=days.zone(self.membership.team))
        said = sentence.format(
            required=grouped(required),
            left=grouped(left),
            limit=grouped(whole),
            time=date_format(local, "H:i"),
            key=self.key.name if self.key else "",
        )
        return Refusal(
            refusals.DAILY,
            said,
            required=required,
            available=left,
            whole=whole,
            frees_at=self.resets_at,
            binds=binds,
        )

    def _wallet_refusal(self, required: int, left: int) -> Refusal:
        return Refusal(
            refusals.WALLET,
            _(
                "This needs up to {required} credits and the team wallet has {left}. "
                "An admin can add credits."
            ).format(required=grouped(required), left=grouped(left)),
            required=required,
            available=left,
            binds="wallet",
        )


def now(membership: Membership, mode: str, key: Key | None = None) -> Standing:
    """Two queries: the team's wallet with its plan, and the member's day.

    A third for an API key that has a daily limit of its own.
    """
    return by_key(_standings(membership.team, mode, [membership])[membership.user_id], key)


def by_key(standing: Standing, key: Key | None) -> Standing:
    """What the member has where this API key asks; a query if it has a daily limit of its own."""
    if key is None:
        return standing
    figures = (0, 0)
    if key.daily_limit is not None:
        figures = key_days.figures(standing.membership.team, key, standing.day)
    return replace(standing, key=key, key_spent=figures[0], key_reserved=figures[1])


def of_all(team: Team, mode: str) -> dict[UUID, Standing]:
    """Each member's, by the user's id. Three queries, however many there are."""
    members = Membership.objects.for_team(team).select_related("user", "team")
    return _standings(team, mode, list(members))


def _standings(team: Team, mode: str, members: list[Membership]) -> dict[UUID, Standing]:
    day, resets_at = days.today(team), days.next_midnight(team)
    users = [membership.user_id for membership in members]
    rows = UserDay.objects.for_team(team).filter(user__in=users, day=day, mode=mode)
    figures = {user: row for user, *row in rows.values_list("user", "spent", "reserved")}
    account = wallet(team, mode)
    return {
        user: Standing(account, membership, day, resets_at, *figures.get(user, (0, 0)))
        for user, membership in zip(users, members, strict=True)
    }
