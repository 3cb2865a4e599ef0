"""Addresses of making: the desk, the queue, what one does to a generation, keys for scripts."""

from django.urls import path

from generations.lifecycle import (
    api_key_views,
    queue_views,
    series_act_views,
    series_views,
    tile_views,
    views,
)

API_KEY = "t/<slug:team>/settings/api-keys/<uuid:key>/"
BATCHES = "t/<slug:team>/batches/"
BATCH = f"{BATCHES}<uuid:series>/"

urlpatterns = [
    path(BATCHES, series_views.series_list, name="series_list"),
    path(f"{BATCHES}new/", series_views.series_new, name="series_new"),
    path(f"{BATCHES}new/preview/", series_views.series_preview, name="series_preview"),
    path(BATCH, series_act_views.series, name="series"),
    path(f"{BATCH}line/", series_act_views.series_line, name="series_line"),
    path(f"{BATCH}pause/", series_act_views.series_pause, name="series_pause"),
    path(f"{BATCH}resumption/", series_act_views.series_resumption, name="series_resumption"),
    path(f"{BATCH}cancellation/", series_act_views.series_cancellation, name="series_cancellation"),
    path(f"{BATCH}retries/", series_act_views.series_retries, name="series_retries"),
    path(f"{BATCH}undo/", series_act_views.series_undo, name="series_undo"),
    path("t/<slug:team>/", views.team_home, name="team_home"),
    path("t/<slug:team>/create/", views.create, name="create"),
    path("t/<slug:team>/create/price/", views.price, name="price"),
    path("t/<slug:team>/create/earlier/", views.earlier_prompts, name="earlier_prompts"),
    path("t/<slug:team>/create/batches/", views.create_batch, name="create_batch"),
    path("t/<slug:team>/queue/", queue_views.queue, name="queue"),
    path("t/<slug:team>/queue/count/", queue_views.queue_count, name="queue_count"),
    path("t/<slug:team>/queue/retries/", queue_views.retry_failed, name="retry_failed"),
    path(
        "t/<slug:team>/queue/batches/<uuid:batch>/start/",
        queue_views.start_batch,
        name="start_batch",
    ),
    path("t/<slug:team>/queue/keys/<uuid:key>/pause/", queue_views.pause, name="queue_pause"),
    path(
        "t/<slug:team>/queue/keys/<uuid:key>/resumption/",
        queue_views.resume,
        name="queue_resumption",
    ),
    path("t/<slug:team>/create/batches/<uuid:batch>/", tile_views.batch, name="batch"),
    path(
        "t/<slug:team>/create/batches/<uuid:batch>/cancellation/",
        tile_views.cancel_batch,
        name="cancel_batch",
    ),
    path(
        "t/<slug:team>/create/batches/<uuid:batch>/undo/",
        tile_views.undo_batch,
        name="undo_batch",
    ),
    path("t/<slug:team>/generations/<uuid:generation>/tile/", tile_views.tile, name="tile"),
    path(
        "t/<slug:team>/generations/<uuid:generation>/cancellation/",
        tile_views.cancel,
        name="cancel",
    ),
    path("t/<slug:team>/generations/<uuid:generation>/retry/", tile_views.retry, name="retry"),
    path("t/<slug:team>/settings/api-keys/", api_key_views.api_keys, name="api_keys"),
    path(f"{API_KEY}limits/", api_key_views.api_key_limits, name="api_key_limits"),
    path(f"{API_KEY}revocation/", api_key_views.api_key_revocation, name="api_key_revocation"),
]
