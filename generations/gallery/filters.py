"""The tabs and the filters above the gallery: what each may be set to, as links."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from generations.gallery import spans
from generations.gallery.finding import FAVOURITES, ME, NAMES, TRASH, Wanted, versions
from generations.prompts import styles
from generations.prompts.models import Prompt
from generations.providers.catalogue import PRESETS, Preset, version_name
from generations.teams import days
from generations.teams.access import Right, can
from generations.teams.models import Membership, Project

MOST = 40  # choices in one menu


@dataclass(frozen=True)
class Choice:
    label: str
    url: str
    is_current: bool
    preset: Preset | None = None


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    value: str  # what it is set to; empty where it is not
    choices: list[Choice]
    without: str  # the address that leaves it out


def tabs(wanted: Wanted, has_trash: bool) -> list[Choice]:
    """They keep the filters, but for the trash, where few things are."""
    here = wanted.show or (ME if wanted.is_mine else "")
    rest = {"show": ""} if wanted.show != TRASH else dict.fromkeys(NAMES, "")
    others = {**rest, "by": ""} if wanted.is_mine else rest
    found = [Choice(_("Team"), wanted.address(**others), here == "")]
    if can(wanted.membership, Right.SPEND):
        mine = {**rest, "by": ME}
        found.append(Choice(_("Mine"), wanted.address(**mine), here == ME))
    favourites = {**others, "show": FAVOURITES}
    found.append(Choice(_("Favourites"), wanted.address(**favourites), here == FAVOURITES))
    if has_trash or here == TRASH:
        trash = {**dict.fromkeys(NAMES, ""), "show": TRASH}
        found.append(Choice(_("Trash"), wanted.address(**trash), here == TRASH))
    return found


def filters(wanted: Wanted) -> list[Filter]:
    """Those of which there is something to choose, what is set first. Four queries."""
    makers = (_who, _when, _size, _version, _style, _project, _prompt, _series)
    found = [filter for make in makers if (filter := make(wanted)) and filter.choices]
    return sorted(found, key=lambda each: not each.value)


def _filter(
    wanted: Wanted,
    name: str,
    label: str,
    value: object,
    choices: Iterable[tuple[str, str]],
    preset: Callable[[str], Preset | None] = lambda word: None,
) -> Filter:
    """`choices` are pairs of the word in the address and the label."""
    current = wanted.given.get(name)
    return Filter(
        name,
        label,
        str(value or ""),
        [
            Choice(label, wanted.address(**{name: word}), word == current, preset(word))
            for word, label in choices
        ],
        wanted.address(**{name: ""}),
    )


def _who(wanted: Wanted) -> Filter | None:
    if wanted.is_mine:
        return None
    members = Membership.objects.for_team(wanted.membership.team).select_related("user")
    people = [each.user for each in members.order_by("user__name")[:MOST]]
    choices = [(str(person.pk), str(person)) for person in people]
    return _filter(wanted, "by", _("Who"), wanted.author, choices if len(choices) > 1 else [])


def _when(wanted: Wanted) -> Filter:
    offered = spans.offered(days.today(wanted.membership.team))
    value = wanted.span.label if wanted.span else ""
    return _filter(wanted, "when", _("When"), value, ((each.name, each.label) for each in offered))


def _size(wanted: Wanted) -> Filter:
    presets = {preset.ratio: preset for preset in PRESETS}
    choices = ((ratio, str(preset.name)) for ratio, preset in presets.items())
    value = wanted.shape.name if wanted.shape else ""
    return _filter(wanted, "shape", _("Size"), value, choices, presets.get)


def _version(wanted: Wanted) -> Filter:
    value = version_name(wanted.version) if wanted.version else ""
    choices = ((version, version_name(version)) for version in versions())
    return _filter(wanted, "version", _("Version"), value, choices)


def _style(wanted: Wanted) -> Filter:
    rows = styles.offered(wanted.membership.team)[:MOST]
    choices = ((str(style.pk), style.name) for style in rows)
    return _filter(wanted, "style", _("Style"), wanted.style, choices)


def _project(wanted: Wanted) -> Filter:
    rows = Project.objects.for_team(wanted.membership.team).filter(is_archived=False)
    choices = ((str(project.pk), project.name) for project in rows.order_by("name")[:MOST])
    return _filter(wanted, "project", _("Project"), wanted.project, choices)


def _prompt(wanted: Wanted) -> Filter:
    rows = Prompt.objects.for_team(wanted.membership.team).filter(archived_at=None)
    choices = ((str(prompt.pk), prompt.title) for prompt in rows.order_by("-id")[:MOST])
    return _filter(wanted, "prompt", _("Prompt"), wanted.prompt, choices)


def _series(wanted: Wanted) -> Filter:
    """Only where one was come from: there are too many to choose from here."""
    rows = [wanted.series] if wanted.series else []
    choices = ((str(series.pk), series.name) for series in rows)
    return _filter(wanted, "batch", _("Batch"), wanted.series, choices)
