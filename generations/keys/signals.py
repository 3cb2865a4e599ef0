"""News of this slice: one signal, sent with the write that made it true."""

from django.dispatch import Signal

# Keyword argument: key (UpstreamKey). It may take jobs, and could not before.
# Wired in generations/apps.py and nowhere else.
opened = Signal()
