"""What a service makes, and how a wrong wish is told."""

from dataclasses import replace
from fractions import Fraction

import pytest

from generations.providers import catalogue
from generations.providers.catalogue import FLUX_PRO, PRESETS, Preset, Spec, SpecError

GOOD = Spec("A fox", 1024, 768, "flux-pro-1.1", "high", "flux-pro")


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"width": 256, "height": 2048},
        {"version": "flux-pro", "quality": "standard"},
        {"prompt": "x" * 4000},
        {"prompt": "Zeile\nund\tTab, 日本語, 👩‍🎨"},
    ],
)
def test_a_good_spec_passes(change: dict[str, object]) -> None:
    FLUX_PRO.check(replace(GOOD, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "bound"),
    [
        ("prompt", "", "Describe"),
        ("prompt", " \n", "Describe"),
        ("prompt", "x" * 4001, "4000"),
        ("prompt", "a\0b", "control"),
        ("prompt", "a\x1b[2J", "control"),
        ("prompt", "a\ud800", "control"),
        ("width", 255, "256 to 2048"),
        ("width", -1024, "256 to 2048"),
        ("height", 2049, "256 to 2048"),
        ("version", "flux-pro-2", "flux-pro-1.1"),
        ("version", "", "flux-pro-1.1"),
        ("quality", "best", "standard, high"),
        ("service", "dall-e", "flux-pro"),
    ],
)
def test_a_wrong_field_is_named_with_its_bound(field: str, value: object, bound: str) -> None:
    with pytest.raises(SpecError) as wrong:
        FLUX_PRO.check(replace(GOOD, **{field: value}))  # type: ignore[arg-type]
    assert wrong.value.field == field
    assert bound in wrong.value.message


def test_an_unknown_service_is_told() -> None:
    assert catalogue.service("flux-pro") is FLUX_PRO
    with pytest.raises(SpecError):
        catalogue.service("another")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.ratio)
def test_a_preset_keeps_its_ratio_in_steps_of_eight_below_the_dear_band(preset: Preset) -> None:
    wide, high = preset.ratio.split(":")
    assert Fraction(preset.width, preset.height) == Fraction(int(wide), int(high))
    assert preset.width % 8 == preset.height % 8 == 0
    assert 0.85 * 1024 * 1024 <= preset.width * preset.height <= 1024 * 1024
    FLUX_PRO.check(replace(GOOD, width=preset.width, height=preset.height))


@pytest.mark.parametrize(
    ("sides", "ratio"),
    [((1024, 1024), "1:1"), ((1216, 832), "3:2"), ((2048, 256), "16:9"), ((800, 1000), "4:5")],
)
def test_every_shape_has_a_nearest_preset(sides: tuple[int, int], ratio: str) -> None:
    assert catalogue.nearest(*sides).ratio == ratio
