import pytest

pytest.register_assert_rewrite(
    *(
        f"tests.browser.{name}"
        for name in ("hub", "people", "exhibition", "first_picture", "two_people", "real_key")
    )
)
