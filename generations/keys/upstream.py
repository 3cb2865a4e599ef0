"""A team's shared keys to its upstreams: added, rotated, stopped, and chosen for each job."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from generations.core import clock, crypto, http
from generations.core.prepared import Blank, Prepared
from generations.keys import secrets
from generations.keys.models import KeySecret, KeyState, Transport, UpstreamKey
from generations.keys.signals import opened
from generations.providers import practice, registry
from generations.providers.contract import Connection, TransportName
from generations.teams import audit
from generations.teams.models import Team, TeamScoped, User
from generations.teams.modes import Mode

MOST_BLOCKED = timedelta(minutes=15)
UNLEARNED = dict.fromkeys(
    ("told_per_minute", "rate_resets_at", "balance", "balance_at", "balance_asked_at")
)


class NoUsableKey(Exception):
    """No key of the team may take a job now. The message says which key is in which state."""


def add(
    team: Team,
    actor: User,
    *,
    name: str,
    provider: str,
    api_key: str,
    webhook_secret: str = "",
    transport: str = "rest",
    base_url: str = "",
    requests_per_minute: int = 30,
    concurrent: int = 3,
    daily_limit: int | None = None,
) -> UpstreamKey:
    """A new shared key. Without an address it gets the provider's own.

    An address never changes later: whoever could change it alone could have the key sent to
    themselves. Raises registry.UnknownProvider, core.http.NotAllowed, secrets.BadSecret.
    """
    adapter = registry.get(provider)
    base_url = (base_url or adapter.default_base_url).rstrip("/")
    http.check_url(base_url)
    with transaction.atomic():
        key = UpstreamKey.objects.create(
            team=team,
            created_by=actor,
            name=name,
            provider=provider,
            mode=Mode.TEST if adapter.is_practice else Mode.LIVE,
            transport=Transport(transport),
            base_url=base_url,
            requests_per_minute=requests_per_minute,
            concurrent=concurrent,
            daily_limit=daily_limit,
        )
        last4 = secrets.store(key, api_key, webhook_secret)
        audit.record(
            team, actor, "upstream_key.added", name, key=str(key.pk), address=base_url, last4=last4
        )
        opened.send(sender=add, key=key)
    return key


def add_practice(team: Team, actor: User) -> UpstreamKey:
    """The key to the built-in upstream, which knows each team by its id."""
    api_key, webhook_secret = practice.credentials(team.pk.hex)
    return add(
        team,
        actor,
        name=_("Practice"),
        provider="sandbox",
        api_key=api_key,
        webhook_secret=webhook_secret,
        requests_per_minute=120,
        concurrent=3,
    )


def listed(team: Team) -> QuerySet[UpstreamKey, Any]:
    """Not removed, oldest first, each with the `last4` of its secret."""
    current = KeySecret.objects.filter(key=OuterRef("pk"), retired_at=None).values("last4")
    kept = _kept(team).annotate(last4=Subquery(current[:1])).prefetch_related("secrets")
    return kept.order_by("created_at", "pk")


def removed(team: Team) -> TeamScoped[UpstreamKey]:
    """Out of use for good; what was under way still ends through them."""
    return UpstreamKey.objects.for_team(team).filter(removed_at__isnull=False)


def usable(team: Team) -> TeamScoped[UpstreamKey]:
    """The keys that may take jobs: active and not removed. They may be asked to wait a while."""
    return _kept(team).filter(state=KeyState.ACTIVE)


def in_line(team_id: UUID, mode: str) -> QuerySet[UpstreamKey, Any]:
    """All that take from the team's line of this mode, stopped ones as well; the oldest first."""
    return _in_order(UpstreamKey.objects.filter(team_id=team_id, mode=mode, removed_at=None))


def beside(key_id: UUID | str) -> QuerySet[UpstreamKey, Any]:
    """All that take from the same line as this key, which may itself have been removed."""
    this = UpstreamKey.objects.filter(pk=key_id)
    keys = UpstreamKey.objects.filter(
        team=Subquery(this.values("team")), mode=Subquery(this.values("mode")), removed_at=None
    )
    return _in_order(keys)


def _in_order(keys: QuerySet[UpstreamKey, Any]) -> QuerySet[UpstreamKey, Any]:
    return keys.select_related("team").prefetch_related("secrets").order_by("created_at", "pk")


def services(key: UpstreamKey) -> frozenset[str]:
    """What its provider offers, by slug; nothing where the hub no longer knows the provider."""
    try:
        return frozenset(service.slug for service in registry.get(key.provider).catalogue)
    except registry.UnknownProvider:
        return frozenset()


ACTIVE = Prepared(
    lambda: UpstreamKey.objects.filter(
        team=Blank("team", Team._meta.pk),
        mode=Blank("mode", UpstreamKey._meta.get_field("mode")),
        removed_at=None,
        state=KeyState.ACTIVE,
    ).order_by("created_at", "pk")
)


def pick(team: Team, mode: str, service: str = "") -> UpstreamKey:
    """The key that the team's next job of this mode is expected to go through.

    The oldest of the active ones that offer the service (empty: any) and that the upstream has not
    asked to wait, else the oldest active one. Which key takes it is settled when it is sent.
    Raises NoUsableKey.
    """
    active = ACTIVE.all(team=team.pk, mode=mode)
    offering = [key for key in active if not service or service in services(key)]
    if not offering:
        raise NoUsableKey(_why_none(team, mode, service))
    return next((key for key in offering if not key.is_blocked), offering[0])


def connection(key: UpstreamKey) -> Connection:
    """How to reach it with this key. Raises crypto.CannotOpen, also where no secret is left."""
    current = key.secrets.filter(retired_at=None).first()
    if current is None:
        raise crypto.CannotOpen(_("The key has no secret."))
    return Connection(
        base_url=key.base_url,
        transport=cast(TransportName, key.transport),
        api_key=current.api_key,
        webhook_secret=current.webhook_secret,
        poll_path=key.poll_path,
        honours_idempotency=key.honours_idempotency,
    )


def rotate(key: UpstreamKey, actor: User, api_key: str, webhook_secret: str = "") -> None:
    """Replace the secret; a key that was rejected or exhausted is tried again.

    Without a new webhook secret the old one stays; one that cannot be opened has to come anew.
    Raises secrets.BadSecret.
    """
    with transaction.atomic():
        UpstreamKey.objects.select_for_update(no_key=True).get(pk=key.pk)
        kept = webhook_secret or _webhook_secret(key)
        key.secrets.filter(retired_at=None).update(retired_at=clock.database_now())
        last4 = secrets.store(key, api_key, kept)
        _change(key, ~Q(state=KeyState.PAUSED), KeyState.ACTIVE)
        # What was learned of the old one says nothing of the new one.
        UpstreamKey.objects.filter(pk=key.pk).update(**UNLEARNED)
        key.refresh_from_db(fields=list(UNLEARNED))
        audit.record(
            key.team, actor, "upstream_key.rotated", key.name, key=str(key.pk), last4=last4
        )


def _webhook_secret(key: UpstreamKey) -> str:
    """The one in use, or ''. Raises secrets.BadSecret."""
    current = key.secrets.filter(retired_at=None).first()
    try:
        return current.webhook_secret if current else ""
    except crypto.CannotOpen as error:
        raise secrets.BadSecret(
            _("The webhook secret cannot be opened any more: enter it again, too.")
        ) from error


def pause(key: UpstreamKey, actor: User) -> None:
    """No new job is sent through it; those under way go on."""
    with transaction.atomic():
        if _change(key, ~Q(state=KeyState.PAUSED), KeyState.PAUSED):
            audit.record(key.team, actor, "upstream_key.paused", key.name, key=str(key.pk))


def resume(key: UpstreamKey, actor: User) -> tuple[bool, str]:
    """From whatever stopped it: paused, rejected, exhausted or asked to wait.

    Whether it is in use again, and what to say of it. One that would buy pictures that nobody could
    fetch stays stopped.
    """
    if why := key.why_deaf:
        return False, why
    with transaction.atomic():
        stopped = ~Q(state=KeyState.ACTIVE) | Q(blocked_until__isnull=False)
        stopped |= Q(rate_resets_at__isnull=False)
        if _change(key, stopped, KeyState.ACTIVE):
            audit.record(key.team, actor, "upstream_key.resumed", key.name, key=str(key.pk))
    if key.is_openable:
        return True, _("{name} is in use again.").format(name=key.name)
    said = _("{name} is not paused any more, but the hub cannot open it.").format(name=key.name)
    return False, said


def remove(key: UpstreamKey, actor: User) -> None:
    """Take it out of use for good. Its secret stays: jobs under way are still asked about."""
    with transaction.atomic():
        fresh = UpstreamKey.objects.filter(pk=key.pk, removed_at=None)
        if fresh.update(removed_at=clock.database_now(), state=KeyState.PAUSED):
            audit.record(key.team, actor, "upstream_key.removed", key.name, key=str(key.pk))
    key.refresh_from_db(fields=["removed_at", "state"])


def mark(key: UpstreamKey, state: KeyState) -> bool:
    """What the upstream made of the key. Whether that is news; a paused key stays paused."""
    return _change(key, ~Q(state__in=[state, KeyState.PAUSED]), state, keeps_block=True)


def block(key: UpstreamKey, until: datetime) -> None:
    """The upstream said "not before". A later time that is already known stays."""
    earlier = Q(blocked_until=None) | Q(blocked_until__lt=until)
    UpstreamKey.objects.filter(earlier, pk=key.pk).update(blocked_until=until)
    key.refresh_from_db(fields=["blocked_until"])


def exhaust(key: UpstreamKey) -> None:
    """The upstream says that the key's credit is used up: after a pause it is tried again."""
    mark(key, KeyState.EXHAUSTED)
    block(key, clock.now() + MOST_BLOCKED)


def _change(key: UpstreamKey, when: Q, state: KeyState, keeps_block: bool = False) -> bool:
    """Compare and set; whether it changed. Only an act of a person lifts a block."""
    lifted = {"blocked_until": None, "rate_resets_at": None}
    news = {"state": state} if keeps_block else {"state": state, **lifted}
    changed = UpstreamKey.objects.filter(when, pk=key.pk, removed_at=None).update(**news)
    key.refresh_from_db(fields=["state", "blocked_until", "rate_resets_at"])
    if changed and state == KeyState.ACTIVE:
        opened.send(sender=_change, key=key)
    return changed == 1


def _kept(team: Team) -> TeamScoped[UpstreamKey]:
    return UpstreamKey.objects.for_team(team).filter(removed_at=None)


def _why_none(team: Team, mode: str, service: str) -> str:
    keys = _kept(team).filter(mode=mode).order_by("created_at", "pk")[:5]
    if not keys:
        if mode == Mode.TEST:
            return _("The team has no practice key.")
        return _("The team has no key to an upstream yet.")
    says = {
        KeyState.ACTIVE: _("%(key)s does not offer %(service)s"),
        KeyState.PAUSED: _("%(key)s is paused"),
        KeyState.REJECTED: _("the upstream rejected %(key)s"),
        KeyState.EXHAUSTED: _("%(key)s is out of credit upstream"),
    }
    states = "; ".join(
        says[KeyState(key.state)] % {"key": key.name, "service": service} for key in keys
    )
    sentence = _("No shared key can be used: %(states)s.")
    if mode == Mode.TEST:
        sentence = _("No practice key can be used: %(states)s.")
    return sentence % {"states": states}
