"""The hub's own keys for scripts: shown once, kept as a digest, good as long as their maker is."""

import hashlib
import re
import secrets
import string
import zlib
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from generations.core import clock, signing
from generations.core.prepared import Blank, Prepared
from generations.keys.models import ApiKey
from generations.teams import access, audit
from generations.teams.access import RIGHTS, Right
from generations.teams.allowance import Allowance
from generations.teams.models import Membership, Project, Team, TeamScoped, User
from generations.teams.modes import Mode

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID, SECRET, CHECKSUM = 8, 32, 6  # characters of base62; the secret has 190 bits
TEXT = re.compile(rf"fh_(?:live|test)_[0-9A-Za-z]{{{ID + SECRET + CHECKSUM}}}")
SPENDERS = [role for role, rights in RIGHTS.items() if Right.SPEND in rights]
USED_WITHIN = timedelta(minutes=1)  # one write a minute is enough to know a key is in use


@transaction.atomic
def issue(
    team: Team,
    user: User,
    *,
    name: str,
    mode: str,
    days: int | None = None,
    project: Project | None = None,
    limits: Allowance | None = None,
) -> tuple[ApiKey, str]:
    """A new key of this member, and its text, which nobody can tell again.

    Valid for so many days, else until revoked. A limit that is wider than its maker's gives
    nothing more. Raises Http404 for a stranger, PermissionDenied for a member who may not spend,
    ValueError for another team's project.
    """
    access.require(get_object_or_404(Membership, team=team, user=user), Right.SPEND)
    if project is not None and project.team_id != team.pk:
        raise ValueError("The project belongs to another team.")
    public = f"fh_{Mode(mode).value}_{_random(ID)}"
    text = _with_checksum(public + _random(SECRET))
    key = ApiKey(
        team=team,
        user=user,
        name=name,
        mode=mode,
        prefix=public,
        digest=_digest(text),
        last4=text[-4:],
        project=project,
        expires_at=None if days is None else clock.now() + timedelta(days=days),
        **asdict(limits or Allowance()),
    )
    key.webhook_secret = signing.new_webhook_secret()
    key.save(force_insert=True)
    told = {"mode": key.mode, "days": days} | (asdict(limits) if limits else {})
    audit.record(team, user, "api_key.issued", name, key=str(key.pk), **told)
    return key, text


def authenticate(text: str) -> ApiKey | None:
    """The key of this text, with `team`, `user` and `project` loaded; None for whatever reason.

    A text with a wrong checksum costs no query, any other exactly one, whether its key is unknown,
    expired, revoked, or its maker has left or may no longer spend.
    """
    if not TEXT.fullmatch(text) or text != _with_checksum(text[:-CHECKSUM]):
        return None
    key = BY_DIGEST.first(digest=_digest(text))
    if key is not None:
        _note_use(key)
    return key


@transaction.atomic
def revoke(key: ApiKey, actor: User) -> None:
    """From now on it opens nothing. Twice is once."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.database_now()):
        audit.record(key.team, actor, "api_key.revoked", key.name, key=str(key.pk))
    key.refresh_from_db(fields=["revoked_at"])


def _members_who_spend() -> TeamScoped[Membership]:
    return Membership.objects.filter(
        team=OuterRef("team"), user=OuterRef("user"), role__in=SPENDERS
    )


BY_DIGEST = Prepared(
    lambda: ApiKey.objects.select_related("team", "user", "project").filter(
        Q(expires_at=None) | Q(expires_at__gt=clock.database_now()),
        Exists(_members_who_spend()),
        digest=Blank("digest", ApiKey._meta.get_field("digest")),
        revoked_at=None,
        user__is_active=True,
    )
)


def _note_use(key: ApiKey) -> None:
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= USED_WITHIN:
        key.last_used_at = now.replace(second=0, microsecond=0)
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=key.last_used_at)


def _random(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def _with_checksum(text: str) -> str:
    """A key with a typing error, or half of one, is told from a real one without the database."""
    number, signs = zlib.crc32(text.encode()), ""
    for _ in range(CHECKSUM):
        number, digit = divmod(number, len(ALPHABET))
        signs = ALPHABET[digit] + signs
    return text + signs


def _digest(text: str) -> str:
    """A plain hash is enough for 190 random bits, and can be looked up."""
    return hashlib.sha256(text.encode()).hexdigest()
