"""Addresses of making: the desk, the queue, and what one does to a generation."""

from django.urls import path

from generations.lifecycle import views

urlpatterns = [
    path("t/<slug:team>/", views.team_home, name="team_home"),
    path("t/<slug:team>/create/", views.create, name="create"),
    path("t/<slug:team>/create/price/", views.price, name="price"),
    path("t/<slug:team>/create/batches/", views.create_batch, name="create_batch"),
    path("t/<slug:team>/queue/", views.queue, name="queue"),
    path("t/<slug:team>/create/batches/<uuid:batch>/", views.batch, name="batch"),
    path(
        "t/<slug:team>/create/batches/<uuid:batch>/cancellation/",
        views.cancel_batch,
        name="cancel_batch",
    ),
    path("t/<slug:team>/generations/<uuid:generation>/tile/", views.tile, name="tile"),
    path("t/<slug:team>/generations/<uuid:generation>/cancellation/", views.cancel, name="cancel"),
    path("t/<slug:team>/generations/<uuid:generation>/retry/", views.retry, name="retry"),
]
