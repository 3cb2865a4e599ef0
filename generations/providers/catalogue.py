"""What each service of an upstream can make: sizes, versions, qualities; and sizes to offer."""

from dataclasses import dataclass
from math import log

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Spec:
    """One picture, as it is asked for. Sides in pixels."""

    prompt: str
    width: int
    height: int
    version: str
    quality: str
    service: str


class SpecError(ValueError):
    """A spec that the service cannot make. `field` is the Spec's own name for what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Preset:
    """A size to offer by name. At most 1024 x 1024 pixels in all: beyond it prices jump."""

    name: str | Promise
    ratio: str
    width: int
    height: int


QUALITY_NAMES = {"standard": gettext_lazy("Standard"), "high": gettext_lazy("High")}
PRESETS = (
    Preset(gettext_lazy("Square"), "1:1", 1024, 1024),
    Preset(gettext_lazy("Portrait"), "4:5", 896, 1120),
    Preset(gettext_lazy("Tall"), "2:3", 832, 1248),
    Preset(gettext_lazy("Landscape"), "3:2", 1248, 832),
    Preset(gettext_lazy("Wide"), "16:9", 1280, 720),
    Preset(gettext_lazy("Story"), "9:16", 720, 1280),
)


def nearest(width: int, height: int) -> Preset:
    """The preset whose shape is most like these sides'."""
    return min(PRESETS, key=lambda preset: abs(log(width / height * preset.height / preset.width)))


@dataclass(frozen=True)
class Service:
    slug: str
    name: str
    versions: tuple[str, ...]
    default_version: str
    qualities: tuple[str, ...]
    default_quality: str
    min_side: int
    max_side: int
    default_side: int
    prompt_max: int
    presets: tuple[Preset, ...] = PRESETS

    def check(self, spec: Spec) -> None:
        """Raises SpecError, which names the first field that is wrong and its bound."""
        if spec.service != self.slug:
            raise SpecError("service", _one_of([self.slug]))
        self._check_prompt(spec.prompt)
        self._check_side("width", spec.width)
        self._check_side("height", spec.height)
        if spec.version not in self.versions:
            raise SpecError("version", _one_of(self.versions))
        if spec.quality not in self.qualities:
            raise SpecError("quality", _one_of(self.qualities))

    def _check_prompt(self, prompt: str) -> None:
        if not prompt.strip():
            raise SpecError("prompt", _("Describe the picture."))
        if len(prompt) > self.prompt_max:
            message = _("Use at most %(most)d characters, not %(count)d.")
            raise SpecError("prompt", message % {"most": self.prompt_max, "count": len(prompt)})
        if any(_is_unprintable(sign) for sign in prompt):
            raise SpecError("prompt", _("Leave out control characters."))

    def _check_side(self, field: str, side: int) -> None:
        if not self.min_side <= side <= self.max_side:
            message = _("Use %(least)d to %(most)d pixels.")
            raise SpecError(field, message % {"least": self.min_side, "most": self.max_side})


FLUX_PRO = Service(
    slug="flux-pro",
    name="Flux Pro",
    versions=("flux-pro", "flux-pro-1.1"),
    default_version="flux-pro",
    qualities=("standard", "high"),
    default_quality="standard",
    min_side=256,
    max_side=2048,
    default_side=1024,
    prompt_max=4000,
)
SERVICES = {service.slug: service for service in (FLUX_PRO,)}


def service(slug: str) -> Service:
    """Raises SpecError on an unknown service."""
    try:
        return SERVICES[slug]
    except KeyError:
        raise SpecError("service", _one_of(SERVICES)) from None


def version_name(version: str) -> str:
    """ "flux-pro-1.1" reads "Pro 1.1": a name, the same in every language."""
    return version.removeprefix("flux-").replace("-", " ").capitalize()


def _one_of(words: "tuple[str, ...] | list[str] | dict[str, Service]") -> str:
    return _("Use one of: %(words)s.") % {"words": ", ".join(words)}


def _is_unprintable(sign: str) -> bool:
    """Control characters but line breaks and tabs, and halves of characters (no UTF-8 for them)."""
    return (
        (sign < " " and sign not in "\n\r\t")
        or "\x7f" <= sign <= "\x9f"
        or "\ud800" <= sign <= "\udfff"
    )
