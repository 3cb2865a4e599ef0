"""The one address that upstreams call."""

from django.urls import path

from generations.webhooks import views

urlpatterns = [path("hooks/in/<slug:provider>/<str:token>/", views.hook, name="hook")]
