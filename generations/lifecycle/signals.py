"""News of this slice: signals, sent inside the transaction that made them true."""

from django.dispatch import Signal

# Keyword argument: transition (Transition). Wired in generations/apps.py and nowhere else.
transitioned = Signal()

# Keyword argument: reconciliation (Reconciliation), all of it asked and compared.
reconciled = Signal()
