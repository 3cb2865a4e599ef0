"""One address: the stream."""

from django.urls import path

from generations.live import views

urlpatterns = [path("t/<slug:team>/live/", views.live, name="live")]
