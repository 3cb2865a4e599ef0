"""Settings of a cluster as django-q2 comes: ours, but with its own broker and options."""

from fluxhub import settings

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
Q_CLUSTER = {"name": "fluxhub", "orm": "default"}  # the name is the salt of the messages
