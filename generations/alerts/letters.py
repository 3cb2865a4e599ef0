"""Notices by e-mail: each letter leased for one try outside any transaction, and sent once.

A worker that dies between the mail server's "yes" and ours sends the letter a second time, with the
same Message-ID, by which mail programs know it for the same.
"""

import logging
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from generations.alerts.models import Letter, LetterState
from generations.alerts.raising import told
from generations.alerts.truth import Truth
from generations.alerts.words import words
from generations.core import clock
from generations.core.queue.wake import nudge

logger = logging.getLogger(__name__)

SEND = "generations.alerts.tasks.send"
LEASE, TIMEOUT = 120.0, 20
PAUSES = [60, 300, 900, 3600, 4 * 3600, 12 * 3600]  # seconds after the n-th try
A_ROUND, NUDGE_AGAIN = 50, 60.0


def due() -> int:
    """Sweep step: wake what is due, also where the worker that had it died."""
    ids = list(Letter.objects.filter(_is_due()).values_list("pk", flat=True)[:A_ROUND])
    Letter.objects.filter(pk__in=ids).update(due_at=clock.after(NUDGE_AGAIN))
    return sum(nudge(SEND, pk) for pk in ids)


def send(letter_id: int | str) -> None:
    """One try. Safe to run twice, and at the same time."""
    mine = Letter.objects.filter(_is_free(), pk=letter_id)
    if not mine.update(lease_until=clock.after(LEASE), tries=F("tries") + 1):
        return
    letter = Letter.objects.select_related("notice__team", "user").get(pk=letter_id)
    if not told(letter.notice).filter(user=letter.user_id).exists():
        _end(letter, LetterState.FAILED, _("No longer concerned."))
        return
    if not Truth(letter.notice.team).holds(letter.notice):
        _end(letter, LetterState.FAILED, _("No longer so."))
        return
    try:
        _message(letter).send()
    except Exception as error:  # the boundary: what cannot be built is given up in the end, too
        if not isinstance(error, (OSError, SMTPException)):
            logger.exception("Letter %s could not be built.", letter.pk)
        if letter.tries > len(PAUSES):
            _end(letter, LetterState.FAILED, type(error).__name__)
            return
        Letter.objects.filter(pk=letter.pk).update(
            lease_until=None,
            due_at=clock.after(PAUSES[letter.tries - 1]),
            note=type(error).__name__,
        )
        return
    _end(letter, LetterState.SENT)


def _end(letter: Letter, state: LetterState, note: str = "") -> None:
    sent_at = clock.database_now() if state == LetterState.SENT else None
    Letter.objects.filter(pk=letter.pk, state=LetterState.DUE).update(
        state=state, lease_until=None, sent_at=sent_at, note=note
    )


def _message(letter: Letter) -> EmailMessage:
    said = words(letter.notice)
    site = settings.SITE_URL
    context = {"words": said, "team": letter.notice.team, "user": letter.user, "site": site}
    host = urlsplit(site).hostname or "localhost"
    return EmailMessage(
        # A header is one line, whatever kind of line break somebody typed into a name.
        subject=" ".join(f"{letter.notice.team.name}: {said.happened}".split())[:200],
        body=render_to_string("alerts/letter.txt", context),
        to=[letter.user.email],
        headers={"Message-ID": f"<notice-{letter.notice_id}-{letter.user_id.hex}@{host}>"},
        connection=get_connection(timeout=TIMEOUT),
    )


def _is_free() -> Q:
    now = clock.database_now()
    return Q(Q(lease_until=None) | Q(lease_until__lte=now), state=LetterState.DUE)


def _is_due() -> Q:
    return _is_free() & Q(due_at__lte=clock.database_now())
