"""Addresses of the reports."""

from django.urls import path

from generations.reports import bill_views, entries_views, prompt_views, views

urlpatterns = [
    path("t/<slug:team>/usage/", views.usage, name="usage"),
    path("t/<slug:team>/usage/entries/", entries_views.entries, name="entries"),
    path("t/<slug:team>/usage/bill/", bill_views.bill, name="bill"),
    path("t/<slug:team>/usage/bill/differences/", bill_views.differences, name="differences"),
    path("t/<slug:team>/usage/bill.csv", bill_views.bill_csv, name="bill_csv"),
    path("t/<slug:team>/usage.csv", views.usage_csv, name="usage_csv"),
    path("t/<slug:team>/prompts/figures/", prompt_views.library_figures, name="library_figures"),
    path(
        "t/<slug:team>/prompts/<uuid:prompt>/figures/",
        prompt_views.prompt_figures,
        name="prompt_figures",
    ),
    path("t/<slug:team>/meter/", views.meter, name="meter"),
]
