"""News of this slice: one signal, sent inside the transaction that made it true."""

from django.dispatch import Signal

# Keyword argument: transition (Transition). Wired in generations/apps.py and nowhere else.
transitioned = Signal()
