"""Addresses of the reports."""

from django.urls import path

from generations.reports import views

urlpatterns = [
    path("t/<slug:team>/usage/", views.usage, name="usage"),
    path("t/<slug:team>/usage/entries/", views.entries, name="entries"),
    path("t/<slug:team>/usage.csv", views.usage_csv, name="usage_csv"),
    path("t/<slug:team>/meter/", views.meter, name="meter"),
]
