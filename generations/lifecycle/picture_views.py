"""The bytes of pictures: display versions, the original as a download, and the API's result."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from generations.core import blobs
from generations.lifecycle import links
from generations.lifecycle.models import Image
from generations.lifecycle.pictures import VARIANTS
from generations.teams.access import Right, TeamRequest, needs

# Whatever a hostile file may hold: opened as a page of ours, it can do nothing.
POLICY = "sandbox; default-src 'none'"
FOR_GOOD = "private, max-age=31536000, immutable"
MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
RESULT_SECONDS = 300


@require_safe
@needs(Right.READ)
def picture_file(request: TeamRequest, image: UUID, variant: str) -> HttpResponseBase:
    return display(request, _visible(request, image), variant)


def display(request: HttpRequest, picture: Image, variant: str) -> HttpResponseBase:
    """A display version of a picture that the reader may see. Raises Http404."""
    if variant not in VARIANTS:
        raise Http404
    etag = f'"{picture.sha256}.{variant}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        content = _content(picture, variant)
        response = HttpResponse(content, content_type=MEDIA_TYPES["webp"])
    return _guarded(response, etag, FOR_GOOD)


@require_safe
@needs(Right.READ)
def picture_original(request: TeamRequest, image: UUID) -> HttpResponseBase:
    picture = _visible(request, image)
    return _guarded(
        _original(picture, is_download=True), f'"{picture.sha256}"', "private, no-cache"
    )


@require_safe
@login_not_required
def result_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Public: the token is the right to see it (links.py)."""
    opened = links.open_result(token)
    if opened is None:
        raise Http404
    etag = f'"{opened.image.sha256}"'
    response = get_conditional_response(request, etag=etag) or _original(
        opened.image, is_download=False
    )
    # Other origins' pages may show it; a cache keeps it no longer than the address lives.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    seconds = min(RESULT_SECONDS, opened.seconds_left)
    return _guarded(response, etag, f"private, max-age={seconds}")


def _visible(request: TeamRequest, image: UUID) -> Image:
    """The team's, not trashed, and not another member's private one. Raises Http404."""
    return get_object_or_404(Image.objects.for_team(request.team).seen_by(request.user), pk=image)


def _content(picture: Image, variant: str) -> bytes:
    try:
        return blobs.read(picture.file_name(variant))
    except FileNotFoundError as error:
        raise Http404 from error


def _original(picture: Image, *, is_download: bool) -> HttpResponseBase:
    """The original's bytes, under a name in which nobody's words occur."""
    try:
        stream = blobs.open_stream(picture.file_name("original"))
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        stream,
        as_attachment=is_download,
        filename=picture.download_name,
        content_type=MEDIA_TYPES[picture.format],
    )


def _guarded(response: HttpResponseBase, etag: str, caching: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = caching
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
