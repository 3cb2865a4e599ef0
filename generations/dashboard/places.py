"""Every page and action of a team that its reader may go to by name."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from generations.gallery.finding import FAVOURITES, TRASH
from generations.teams.access import Right, can, sees_all_spend
from generations.teams.models import Membership, Theme


@dataclass(frozen=True)
class Place:
    label: str
    icon: str
    url: str
    words: str = ""  # by which it is found too
    key: str = ""  # that goes there on every page: "g c", see keys.js
    field: tuple[str, str] | None = None  # an action: posted with the form
    is_action: bool = False

    def answers_to(self, words: str) -> bool:
        """Whether every one of the words stands somewhere in its name."""
        name = f"{self.label} {self.words}".lower()
        return all(word in name for word in words.lower().split())


@dataclass(frozen=True)
class Group:
    title: str
    places: list[Place]


def groups(membership: Membership, all_of: list[Membership], words: str = "") -> list[Group]:
    """By kind. `all_of` are all memberships of the person; with words, what answers to them."""
    all_of_them = (
        (_("Pages"), _pages(membership)),
        (_("Actions"), _actions(membership)),
        (_("Settings"), _settings(membership)),
        (_("Teams"), _teams([each for each in all_of if each != membership])),
    )
    found = (
        Group(title, [place for place in places if place.answers_to(words)])
        for title, places in all_of_them
    )
    return [group for group in found if group.places]


def _pages(membership: Membership) -> list[Place]:
    slug = [membership.team.slug]
    create = Place(_("Create"), "create", reverse("create", args=slug), _("desk compose"), "g c")
    gallery = reverse("gallery", args=slug)
    bill = Place(_("Bill"), "file", reverse("bill", args=slug), _("upstream month difference"))
    return [
        *([create] if can(membership, Right.SPEND) else []),
        Place(
            _("Batches"), "list", reverse("series_list", args=slug), _("CSV matrix rows progress")
        ),
        Place(_("Gallery"), "gallery", gallery, _("pictures"), "g g"),
        Place(_("Favourites"), "star", f"{gallery}?show={FAVOURITES}", _("stars pictures")),
        Place(_("Trash"), "trash", f"{gallery}?show={TRASH}", _("deleted pictures")),
        Place(_("Prompts"), "prompts", reverse("prompts", args=slug), _("library"), "g p"),
        Place(_("Styles"), "style", reverse("styles", args=slug), _("words after a prompt")),
        Place(_("Queue"), "queue", reverse("queue", args=slug), _("waiting"), "g q"),
        Place(_("Usage"), "usage", reverse("usage", args=slug), _("credits report"), "g u"),
        Place(_("Entries"), "table", reverse("entries", args=slug), _("charges ledger")),
        Place(_("Notices"), "info", reverse("notices", args=slug), _("alerts warnings unread")),
        *([bill] if sees_all_spend(membership) else []),
    ]


def _actions(membership: Membership) -> list[Place]:
    slug = [membership.team.slug]
    write = Place(_("Write a prompt"), "edit", reverse("prompt_new", args=slug), _("new save"))
    batch = Place(
        _("New batch"), "table", reverse("series_new", args=slug), _("CSV matrix rows variables")
    )
    invite = Place(
        _("Invite somebody"),
        "mail",
        f"{reverse('members', args=slug)}#id_email",
        _("member link join"),
    )
    colours = (
        (_("Colours: light"), Theme.LIGHT, "light"),
        (_("Colours: dark"), Theme.DARK, "dark"),
        (_("Colours: as the device"), Theme.SYSTEM, "system"),
    )
    return [
        *([batch] if can(membership, Right.SPEND) else []),
        *([write] if can(membership, Right.SPEND) else []),
        *([invite] if can(membership, Right.MANAGE) else []),
        *(
            Place(label, icon, reverse("theme"), _("theme"), "", ("theme", theme), is_action=True)
            for label, theme, icon in colours
        ),
        Place(_("Sign out"), "leave", reverse("account_logout"), _("log leave"), is_action=True),
    ]


def _settings(membership: Membership) -> list[Place]:
    slug = [membership.team.slug]
    keys = Place(_("API keys"), "key", reverse("api_keys", args=slug), _("script token"))
    team = Place(
        _("Team and projects"), "settings", reverse("team_settings", args=slug), _("name time zone")
    )
    plans = Place(_("Plans"), "people", reverse("plans"), _("operator limits teams"))
    guide = Place(_("Style guide"), "style", reverse("styleguide"), _("components"))
    shared = Place(
        _("Shared keys"), "lock", reverse("upstream_keys", args=slug), _("Flux Pro upstream")
    )
    credits = Place(
        _("Credits"), "plus", reverse("credits", args=slug), _("grant wallet invoice plan")
    )
    return [
        Place(_("Members"), "people", reverse("members", args=slug), _("people roles")),
        *([team, shared, credits] if can(membership, Right.MANAGE) else []),
        *([keys] if can(membership, Right.SPEND) else []),
        Place(_("API guide"), "code", reverse("api_docs", args=slug), _("script curl")),
        *([plans, guide] if membership.user.is_staff else []),
        Place(_("Notices by e-mail"), "mail", reverse("mail_choices"), _("alerts send")),
        Place(_("You"), "person", reverse("profile"), _("account name colours password")),
    ]


def _teams(others: list[Membership]) -> list[Place]:
    return [
        Place(
            _("Switch to {team}").format(team=other.team.name),
            "people",
            reverse("team_home", args=[other.team.slug]),
            _("team"),
        )
        for other in others
    ]
