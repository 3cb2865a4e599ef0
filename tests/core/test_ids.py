"""Identifiers."""

import time

from generations.core.ids import token, uuid7


def test_identifiers_are_version_7_and_of_this_moment() -> None:
    value = uuid7()
    assert (value.version, value.variant) == (7, "specified in RFC 4122")
    assert abs((value.int >> 80) - time.time_ns() // 1_000_000) < 5_000


def test_identifiers_made_together_keep_their_order() -> None:
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_tokens_are_192_bits_and_never_the_same() -> None:
    assert len({token() for _ in range(1_000)}) == 1_000
    assert len(token()) == 32
