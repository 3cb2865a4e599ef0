"""A token names a team and a user, for an hour, and cannot be made by others."""

import time
import uuid

import pytest
import time_machine
from django.core import signing

from generations.live import tokens

TEAM, USER = uuid.uuid4(), uuid.uuid4()


def test_what_was_made_is_read() -> None:
    assert tokens.read(tokens.make(TEAM, USER)) == (TEAM, USER)


def test_a_token_ages() -> None:
    token = tokens.make(TEAM, USER)
    with time_machine.travel(time.time() + tokens.MAX_AGE + 5), pytest.raises(tokens.BadToken):
        tokens.read(token)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "a",
        "é",
        tokens.make(TEAM, USER) + "x",
        signing.dumps([TEAM.hex, USER.hex]),  # signed for something else
        signing.dumps(["no", "ids"], salt=tokens.SALT),
        signing.dumps(7, salt=tokens.SALT),
    ],
    ids=["empty", "short", "not ASCII", "altered", "of another purpose", "no ids", "no list"],
)
def test_a_forged_token_is_refused(forged: str) -> None:
    with pytest.raises(tokens.BadToken):
        tokens.read(forged)
