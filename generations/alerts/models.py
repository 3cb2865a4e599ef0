"""What people are told: raised once, read by each for themselves, by e-mail to who wants it."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from generations.teams.access import Right, can
from generations.teams.models import Membership, Team, TeamScoped, User
from generations.teams.modes import Mode


class Kind(models.TextChoices):
    LIMIT_NEAR = "limit_near", _("Four fifths of your daily limit are spent")
    LIMIT_REACHED = "limit_reached", _("Your daily limit is reached")
    WALLET_LOW = "wallet_low", _("The team wallet runs low")
    DIFFERENCE = "difference", _("The upstream’s bill differs from ours")
    LOSS = "loss", _("Something was paid that nobody was charged for")
    KEY_REJECTED = "key_rejected", _("The upstream rejected a shared key")
    KEY_EXHAUSTED = "key_exhausted", _("A shared key is out of credit upstream")
    KEY_UNOPENED = "key_unopened", _("The hub cannot open a shared key")
    FROZEN = "frozen", _("The team’s account is frozen")
    UNUSUAL_DAY = "unusual_day", _("Much more was spent than on other days")


OWN = (Kind.LIMIT_NEAR, Kind.LIMIT_REACHED)  # told to the member alone; all else to who manages
MOST_MARKED = 99
UNASKED = frozenset(Kind) - {Kind.LIMIT_NEAR}  # by e-mail, unless the person chose otherwise


class Notices(TeamScoped["Notice"]):
    def told(self, membership: Membership) -> Self:
        """What this member is told: their own, and the team's where they manage it."""
        theirs = Q(user=membership.user_id)
        if can(membership, Right.MANAGE):
            theirs |= Q(user=None, at__gte=membership.created_at)
        return self.for_team(membership.team).filter(theirs)

    def unread(self, membership: Membership) -> Self:
        return self.told(membership).filter(~Exists(_readings(membership)))


def _readings(membership: Membership) -> "models.QuerySet[Reading]":
    return Reading.objects.filter(notice=OuterRef("pk"), user=membership.user_id)


class Notice(models.Model):
    """One thing that happened. `subject` is what it happened to; `facts` are its figures."""

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    user = models.ForeignKey(User, models.RESTRICT, related_name="+", null=True)
    kind = models.CharField(max_length=16, choices=Kind)
    subject = models.CharField(max_length=80)
    day = models.DateField()
    mode = models.CharField(max_length=10, choices=Mode)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    objects = Notices.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "kind", "subject", "day"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notice_kind"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="notice_mode"),
            models.CheckConstraint(
                condition=Q(kind__in=OWN, user__isnull=False)
                | ~Q(kind__in=OWN) & Q(user__isnull=True),
                name="notice_of_a_person_or_the_team",
            ),
        ]
        indexes = [models.Index(fields=["team", "-id"], name="notice_by_team")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Reading(models.Model):
    """That one person has read one notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, models.RESTRICT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.user_id}"


class LetterState(models.TextChoices):
    DUE = "due", _("Due")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Gave up")


class Letter(models.Model):
    """A notice on its way to one person by e-mail: leased for one try, tried again, sent once."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="letters")
    user = models.ForeignKey(User, models.RESTRICT, related_name="+")
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.DUE)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="letter_once"),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=LetterState.DUE), name="letter_due")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.user_id}"


class MailChoice(models.Model):
    """Whether a person wants one kind of notice by e-mail; no row: as UNASKED says."""

    user = models.ForeignKey(User, models.RESTRICT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    is_wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="mail_choice_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="mail_choice_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.is_wanted}"


class Rule(models.Model):
    """A team's own threshold. None: a tenth of what the wallet was last granted."""

    team = models.OneToOneField(Team, models.RESTRICT, related_name="+", primary_key=True)
    wallet_low = models.PositiveBigIntegerField(null=True, blank=True)  # credits

    objects = TeamScoped["Rule"].as_manager()

    def __str__(self) -> str:
        return f"below {self.wallet_low}"
