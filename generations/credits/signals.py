"""News of this slice: one signal, sent inside the transaction that made it true."""

from django.dispatch import Signal

# Keyword arguments: team (Team), mode (str). A wallet has more than before, by an act of a person.
# Wired in generations/apps.py and nowhere else.
credited = Signal()
