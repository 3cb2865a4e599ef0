"""One page's worth of the gallery: days of rows, and where the next one begins."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from generations.core import pages
from generations.gallery import counting, finding, rows, spans
from generations.gallery.finding import Wanted
from generations.gallery.rows import Day, Seen
from generations.lifecycle.models import Image, Images
from generations.teams import days

ORDER = "-created_at"
REACH = 200  # pictures above the one that somebody comes back to


@dataclass(frozen=True)
class Sheet:
    days: list[Day]
    following: str | None  # the cursor of what comes below
    seen: Seen | None  # what it ends with
    is_cut: bool = False  # there is more above

    @property
    def images(self) -> list[Image]:
        return [image for day in self.days for image in day.images]

    @property
    def newest(self) -> Image | None:
        return self.images[0] if self.days and not self.is_cut else None


def newest_first(images: Images) -> Images:
    """With what a page shows of each."""
    return images.select_related("author", "generation").order_by("-created_at", "-pk")


def sheet(wanted: Wanted, size: int, after: str | None, seen: Seen | None = None) -> Sheet:
    """The pictures below the cursor; `seen` is what the page before ended with.

    Raises BadCursor.
    """
    return _laid(wanted, _page(wanted, size, after), seen, is_cut=False)


def sheet_around(wanted: Wanted, size: int, pk: UUID) -> Sheet:
    """Down to this picture and on: from the top if that is not far above it, else from it on."""
    images = wanted.images()
    here = images.filter(pk=pk).first()
    if here is None:
        return sheet(wanted, size, None)
    above = images.filter(pages.following(here, "created_at")).order_by("created_at", "pk")
    nearest = list(wanted.worded(above)[: REACH + 1])
    # With words it is not known what else there is above.
    is_cut = len(nearest) > REACH or bool(nearest and wanted.words)
    after = pages.cursor_after(nearest[0], ORDER) if is_cut else None
    page = _page(wanted, size + (0 if is_cut else len(nearest)), after)
    return _laid(wanted, page, None, is_cut=is_cut)


def _page(wanted: Wanted, size: int, after: str | None) -> pages.Page[Image]:
    images = newest_first(wanted.images())
    if not wanted.words:
        return pages.keyset(images, after, size, ORDER)
    below = images.filter(pages.beyond(Image, after, ORDER)) if after else images
    page = pages.keyset(wanted.worded(below), None, size, ORDER)
    if page.next_cursor:
        return page
    # Looked through as far as one goes at once: on from there, whether anything was found or not.
    end = list(below.values_list("pk", flat=True)[finding.WINDOW - 1 : finding.WINDOW])
    last = Image.objects.get(pk=end[0]) if end else None
    return pages.Page(page.rows, pages.cursor_after(last, ORDER) if last else None)


def _laid(wanted: Wanted, page: pages.Page[Image], seen: Seen | None, *, is_cut: bool) -> Sheet:
    found = rows.days(page.rows, days.zone(wanted.membership.team), seen)
    following = page.next_cursor
    if following and found and not wanted.words:
        found = rows.without_ragged_end(found)
        following = pages.cursor_after(found[-1].images[-1], ORDER)
    if found:
        seen = Seen(found[-1].day, found[-1].is_month)
        found = rows.marked(found)
    return Sheet(list(_counted(wanted, found, following, is_cut)), following, seen, is_cut)


def _counted(
    wanted: Wanted, found: list[Day], following: str | None, is_cut: bool
) -> Iterator[Day]:
    """A day that is not all here is counted whole; of the others it is known already."""
    for day in found:
        is_short = (day is found[-1] and following) or (day is found[0] and is_cut)
        if is_short and not day.continues:
            span = spans.month(day.day) if day.is_month else spans.one(day.day)
            whole = span.among(wanted.images(), wanted.membership.team)
            yield replace(day, figures=None if wanted.words else counting.count(whole))
        else:
            yield day
