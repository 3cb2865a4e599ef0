"""Who: people, their teams, what each may do, and what was done."""

from typing import Any, Self, TypeVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from generations.core import ids

Row = TypeVar("Row", bound=models.Model)


class TeamScoped(models.QuerySet[Row]):
    """The QuerySet of every model with a `team`: what a person can reach starts at for_team()."""

    def for_team(self, team: "Team") -> Self:
        return self.filter(team=team)


class Users(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser):
    """A person, known by e-mail. Rows are never deleted: money and pictures keep their names."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    email = models.EmailField(
        _("E-mail"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("Somebody already uses this e-mail address.")},
    )
    name = models.CharField(_("Name"), max_length=100)
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)  # runs the hub itself, beside any team
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Users()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
            models.CheckConstraint(condition=models.Q(theme__in=Theme.values), name="user_theme"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def short_name(self) -> str:
        """As the team calls them, where there is little room."""
        return str(self).split(maxsplit=1)[0]

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


class Waits(models.TextChoices):
    """What happens to an order that does not fit today, where whoever asks says nothing else."""

    NOTHING = "nothing", _("is refused")
    RESET = "reset", _("waits for the reset of the daily limit")
    CREDIT = "credit", _("waits for the reset, and for credit in the wallet")


class Team(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("Team name"), max_length=80)
    time_zone = models.CharField(max_length=60, default="UTC")
    # A change of zone takes effect at the next midnight: until then days run by the zone before.
    zone_before = models.CharField(max_length=60, blank=True)
    zone_since = models.DateTimeField(null=True)
    # In the composer; a script waits only where it asks to.
    waits_for = models.CharField(max_length=10, choices=Waits, default=Waits.NOTHING)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(waits_for__in=Waits.values), name="team_waits_for"
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="team_name_unique",
                violation_error_message=_("There is already a team of this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """A client or campaign: a name on a generation and on its charge."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="projects")
    name = models.CharField(max_length=80)
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["Project"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("team", Lower("name"), name="project_name_unique")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    REVIEWER = "reviewer", _("Reviewer")


class Membership(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="memberships")
    user = models.ForeignKey(User, models.RESTRICT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    # Their own limits, where they are tighter than what the plan grants: see credits.allowance.
    daily_limit = models.PositiveBigIntegerField(null=True, blank=True)  # credits
    concurrent = models.PositiveIntegerField(null=True)
    requests_per_minute = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["Membership"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role"
            ),
            # Nobody is kept in line for ever: who may not spend has a daily limit of 0.
            models.CheckConstraint(
                condition=models.Q(concurrent__isnull=True) | models.Q(concurrent__gte=1),
                name="membership_concurrent",
            ),
            models.CheckConstraint(
                condition=models.Q(requests_per_minute__isnull=True)
                | models.Q(requests_per_minute__gte=1),
                name="membership_requests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Invitation(models.Model):
    """A link that lets one person join. Only the digest of its token is kept."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role)
    email = models.EmailField(blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.RESTRICT, related_name="+")
    accepted_by = models.ForeignKey(User, models.RESTRICT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TeamScoped["Invitation"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values) & ~models.Q(role=Role.OWNER),
                name="invitation_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.email or self.id}"

    @property
    def last4(self) -> str:
        """How its link ends."""
        return self.id.hex[-4:]


class AuditEntry(models.Model):
    """One administrative act. Append-only."""

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    actor = models.ForeignKey(User, models.RESTRICT, related_name="+", null=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["AuditEntry"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-id"], name="audit_by_team")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
