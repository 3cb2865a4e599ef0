"""The tables of the usage page as a reader sees them."""

import re
from html import unescape

from generations.teams.models import User

LINK = re.compile(r'<a class="link[^"]*" href="(/t/[^"]+/entries/\?[^"]+)">([\d,]+)</a>')


def figures(page: str, user: User) -> list[str]:
    """What stands in the cells of a person's row, but for their name and for drawings."""
    row = page.partition(f'id="spend-{user.pk}"')[2].partition("</tr>")[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row, flags=re.DOTALL)
    without_asides = (re.sub(r'<span class="spend__of">.*?</span>', "", cell) for cell in cells)
    texts = (re.sub(r"<[^>]+>|\s+", " ", cell) for cell in without_asides)
    return [" ".join(text.split()) for text in texts if text.strip()]


def hrefs(page: str) -> list[tuple[str, str]]:
    """Every number that opens charges: where it leads, and what it says."""
    found = [(unescape(address), figure) for address, figure in LINK.findall(page)]
    return [(address, figure) for address, figure in found if "kind=" not in address]
