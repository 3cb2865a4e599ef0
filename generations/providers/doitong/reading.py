"""Reading what the upstream says: every answer is hostile until it has passed here."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from django.core.exceptions import SuspiciousOperation
from django.utils.html import strip_tags

from generations.core import clock
from generations.providers.contract import RateNews, Result, ResultState

COST_MAX = 10**6
BALANCE_MAX = 10**15
URL_MAX = 2000
MESSAGE_MAX = 300
HORIZON = timedelta(days=2)  # a rate window that ends later than this is a misunderstanding

# The page's own answers, and GraphQL's: the same job under the name of the field asked for.
ENVELOPES = ("generateimage", "generateImage", "generate", "generation")
ID = re.compile(r"[!-~]{1,200}")


def load(body: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8, without NaN or doubled names. Raises ValueError."""
    try:
        value = json.loads(
            body.decode(), parse_constant=_refuse, object_pairs_hook=_without_doubles
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def job_in(answer: dict[str, Any]) -> dict[str, Any]:
    """The job inside the envelope of either face. Raises ValueError."""
    data = answer.get("data", answer)
    if isinstance(data, dict):
        for name in ENVELOPES:
            if isinstance(data.get(name), dict):
                return data[name]  # type: ignore[no-any-return]
        if "id" in data:
            return data
    raise ValueError("no job in the answer")


def result(job: Mapping[str, Any]) -> Result:
    """What is said of a job. Raises ValueError where it has no usable id."""
    url = _url(job.get("url"))
    price, is_odd = cost(job)
    code, message = "", ""
    state = _state(job.get("status"), url)
    if state is ResultState.FAILED:
        error = job.get("error")
        error = error if isinstance(error, dict) else {"message": error}
        code, message = text(error.get("code"), 60), text(error.get("message"))
    return Result(
        upstream_id=job_id(job),
        state=state,
        url=url if state is ResultState.COMPLETED else "",
        cost=price,
        code=code,
        message=message,
        has_odd_cost=is_odd,
    )


def _url(value: object) -> str:
    """An address that can be kept and asked for, or ''."""
    if isinstance(value, str) and len(value) <= URL_MAX and value.isascii() and value.isprintable():
        return value
    return ""


def job_id(job: Mapping[str, Any]) -> str:
    """Up to 200 visible ASCII characters, fit for a path. Raises ValueError."""
    value = job.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not ID.fullmatch(value) or value in {".", ".."}:
        raise ValueError("no usable id")
    return value


def cost(job: Mapping[str, Any]) -> tuple[int | None, bool]:
    """The stated credits, or None; and whether something was stated that cannot be a cost."""
    metadata = job.get("metadata")
    value = job.get("creditCost")
    if value is None and isinstance(metadata, dict):
        value = metadata.get("creditCost")
    if value is None:
        return None, False
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= COST_MAX:
        return value, False
    return None, True


def credits_left(body: bytes) -> int | None:
    """The figure of a balance, or None where there is no believable one."""
    try:
        found = load(body)["data"]["balance"]["credits"]
    except (ValueError, TypeError, KeyError):
        return None
    return whole_credits(found)


def whole_credits(value: object) -> int | None:
    """A believable number of credits, which a debt may make negative; else None."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and abs(value) <= BALANCE_MAX else None  # type: ignore[arg-type,return-value]


def text(value: object, most: int = MESSAGE_MAX) -> str:
    """Plain words of somebody else's: no markup, no control characters, at most so many."""
    if not isinstance(value, str):
        return ""
    # Cut first: what is stripped may be a megabyte.
    value = value[: most * 4]
    try:
        plain = strip_tags(value)
    except (SuspiciousOperation, AssertionError):  # a thousand open tags, or "<![>"
        plain = value.replace("<", " ").replace(">", " ")
    plain = "".join(sign if sign.isprintable() else " " for sign in plain)
    return " ".join(plain.split())[:most]


def rate(headers: Mapping[str, str]) -> RateNews | None:
    """The X-RateLimit headers, or None where there are none."""
    news = RateNews(
        limit=_count(headers.get("X-RateLimit-Limit")),
        remaining=_count(headers.get("X-RateLimit-Remaining")),
        resets_at=moment(headers.get("X-RateLimit-Reset")),
    )
    return None if news == RateNews(None, None, None) else news


def moment(value: str | None) -> datetime | None:
    """A time in whatever form: seconds from now, Unix seconds or milliseconds, or a date.

    The page calls it a timestamp and names no unit, so the plausible reading is taken: one that
    lies within two days. None where there is none.
    """
    if not value or len(value) > 60:
        return None
    now = clock.now()
    for reading in (*_readings_of_number(value, now), _date(value)):
        if reading is not None and abs(reading - now) <= HORIZON:
            return reading
    return None


def _readings_of_number(value: str, now: datetime) -> list[datetime]:
    try:
        number = float(value)
    except ValueError:
        return []
    if not math.isfinite(number) or not 0 <= number < 1e14:
        return []
    if number <= HORIZON.total_seconds():
        return [now + timedelta(seconds=number)]
    return [
        datetime.fromtimestamp(number / unit, UTC) for unit in (1, 1000) if number / unit < 1e11
    ]


def _date(value: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            date = read(value.strip())
        except (ValueError, TypeError, OverflowError):
            continue
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None


def _state(status: object, url: str) -> ResultState:
    """Statuses the page does not name are not final: the deadline decides about them."""
    if status is None:  # `generateImage` of the page's sample asks for none
        return ResultState.COMPLETED if url else ResultState.PROCESSING
    match status.strip().lower() if isinstance(status, str) else "":
        case "completed":
            return ResultState.COMPLETED
        case "failed" | "cancelled":
            return ResultState.FAILED
    return ResultState.PROCESSING


def _count(value: str | None) -> int | None:
    if value and value.isascii() and value.isdigit() and len(value) <= 9:
        return int(value)
    return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found
