"""The live process has an address of its own; this one is the page's."""

from django.urls import path

from generations.live import views

urlpatterns = [path("t/<slug:team>/live-token/", views.live_token, name="live_token")]
