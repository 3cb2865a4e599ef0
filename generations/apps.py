"""The roof: the one app, and the only place where slices are wired to each other."""

from django.apps import AppConfig


class GenerationsConfig(AppConfig):
    name = "generations"
    verbose_name = "Fluxhub"
