"""A team's shared keys to its upstreams: added, rotated, stopped, and chosen for each job."""

from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from generations.core import clock, http
from generations.keys import secrets
from generations.keys.models import KeyState, Transport, UpstreamKey
from generations.providers import practice, registry
from generations.providers.contract import Connection, TransportName
from generations.teams import audit
from generations.teams.models import Team, TeamScoped, User
from generations.teams.modes import Mode

MOST_BLOCKED = timedelta(minutes=15)
OVERLAP_SECONDS = 24 * 3600  # a webhook secret that was replaced still verifies so long


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


def usable(team: Team) -> TeamScoped[UpstreamKey]:
    """The keys that may take jobs: active and not removed. They may be asked to wait a while."""
    return _kept(team).filter(state=KeyState.ACTIVE)


def pick(team: Team, mode: str) -> UpstreamKey:
    """The key that the team's next job of this mode goes through.

    The oldest of the active ones that the upstream has not asked to wait, else the oldest active
    one. Raises NoUsableKey.
    """
    active = usable(team).filter(mode=mode).order_by("created_at", "pk")
    is_free = Q(blocked_until=None) | Q(blocked_until__lte=clock.database_now())
    key = active.filter(is_free).first() or active.first()
    if key is None:
        raise NoUsableKey(_why_none(team, mode))
    return key


def connection(key: UpstreamKey) -> Connection:
    """How to reach the upstream with this key. Raises crypto.CannotOpen."""
    current = key.secrets.get(retired_at=None)
    return Connection(
        base_url=key.base_url,
        transport=cast(TransportName, key.transport),
        api_key=current.api_key,
        webhook_secret=current.webhook_secret,
        poll_path=key.poll_path,
        honours_idempotency=key.honours_idempotency,
    )


def webhook_secrets(key: UpstreamKey) -> list[str]:
    """What its webhooks may be signed with, newest first. Raises crypto.CannotOpen."""
    is_recent = Q(retired_at=None) | Q(retired_at__gt=clock.after(-OVERLAP_SECONDS))
    rows = key.secrets.filter(is_recent).order_by("-created_at")
    return [row.webhook_secret for row in rows if row.webhook_secret]


def rotate(key: UpstreamKey, actor: User, api_key: str, webhook_secret: str = "") -> None:
    """Replace the secret; a key that was rejected or exhausted is tried again.

    Without a new webhook secret the old one stays. Raises secrets.BadSecret.
    """
    with transaction.atomic():
        UpstreamKey.objects.select_for_update(no_key=True).get(pk=key.pk)
        old = key.secrets.get(retired_at=None)
        kept = webhook_secret or old.webhook_secret
        key.secrets.filter(pk=old.pk).update(retired_at=clock.database_now())
        last4 = secrets.store(key, api_key, kept)
        _change(key, ~Q(state=KeyState.PAUSED), KeyState.ACTIVE)
        audit.record(
            key.team, actor, "upstream_key.rotated", key.name, key=str(key.pk), last4=last4
        )


def pause(key: UpstreamKey, actor: User) -> None:
    """No new job is sent through it; those under way go on."""
    with transaction.atomic():
        if _change(key, ~Q(state=KeyState.PAUSED), KeyState.PAUSED):
            audit.record(key.team, actor, "upstream_key.paused", key.name, key=str(key.pk))


def resume(key: UpstreamKey, actor: User) -> None:
    """From whatever stopped it: paused, rejected, exhausted or asked to wait."""
    with transaction.atomic():
        stopped = ~Q(state=KeyState.ACTIVE) | Q(blocked_until__isnull=False)
        if _change(key, stopped, KeyState.ACTIVE):
            audit.record(key.team, actor, "upstream_key.resumed", key.name, key=str(key.pk))


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
    news = {"state": state} if keeps_block else {"state": state, "blocked_until": None}
    changed = UpstreamKey.objects.filter(when, pk=key.pk, removed_at=None).update(**news)
    key.refresh_from_db(fields=["state", "blocked_until"])
    return changed == 1


def _kept(team: Team) -> TeamScoped[UpstreamKey]:
    return UpstreamKey.objects.for_team(team).filter(removed_at=None)


def _why_none(team: Team, mode: str) -> str:
    keys = _kept(team).filter(mode=mode).order_by("created_at", "pk")[:5]
    if not keys:
        if mode == Mode.TEST:
            return _("The team has no practice key.")
        return _("The team has no key to an upstream yet.")
    states = "; ".join(f"{key.name}: {key.get_state_display()}" for key in keys)
    return _("No key of the team can be used (%(states)s).") % {"states": states}
