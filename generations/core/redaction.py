"""Log lines without the links that carry their right in them."""

import logging
import re

CAPABILITY = re.compile(
    r"/(?P<door>p|setup|join|welcome|review|hooks/in/[^/\s]+"
    r"|accounts/confirm-email|accounts/password/reset/key)/[^/?\s]+|(?P<query>\?\S*)"
)


def redact(line: str) -> str:
    """The line without tokens in paths, and without query strings."""
    return CAPABILITY.sub(lambda found: f"/{found['door']}/…" if found["door"] else "?…", line)


class RedactingFilter(logging.Filter):
    """Django names the path of every request it refuses; this takes the token out of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                redact(each) if isinstance(each, str) else each for each in record.args
            )
        return True
