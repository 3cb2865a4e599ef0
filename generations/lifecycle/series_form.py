"""What a batch of many rows asks: the composer's settings, and values for each {variable}."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.core import ids
from generations.lifecycle.admit import Order
from generations.lifecycle.forms import ComposerForm
from generations.lifecycle.series import MOST_PICTURES, MOST_ROWS, SeriesOrder
from generations.lifecycle.table import (
    MOST_BYTES,
    Fault,
    Faulty,
    Table,
    decode,
    from_csv,
    from_lists,
)
from generations.prompts.render import variables
from generations.teams.models import Waits
from generations.teams.modes import Mode

LISTS, CSV = "lists", "csv"
LIST = "list-"  # before a variable's name
FAULTS = 20  # of rows, that are told


class SeriesForm(ComposerForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("To find it by. It may stay empty."),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Values"),
        choices=[(LISTS, gettext_lazy("Lists")), (CSV, gettext_lazy("CSV"))],
        widget=forms.RadioSelect,
        required=False,
        initial=LISTS,
    )
    table = forms.CharField(
        label=gettext_lazy("CSV"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(label=gettext_lazy("Or a file"), required=False, allow_empty_file=True)
    take = forms.IntegerField(
        label=gettext_lazy("Rows at most"),
        help_text=gettext_lazy("Counted from the first. Left empty, all of them."),
        required=False,
        min_value=1,
        max_value=MOST_ROWS,
    )
    token = forms.CharField(
        required=False, max_length=64, widget=forms.HiddenInput, initial=ids.token
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["count"].label = _("Pictures per row")
        self.faults: list[Fault] = []
        self.unused: list[str] = []
        self.repeated = 0
        self.orders: list[Order] = []
        self.text = str(self._given("table") or "")  # of the CSV: a file's, where one came

    @property
    def source_now(self) -> str:
        return CSV if self._given("source") == CSV else LISTS

    @property
    def lists(self) -> dict[str, str]:
        """What was written for each variable of the text, one value a line."""
        names = variables(str(self._given("prompt") or ""))
        return {name: str(self._given(LIST + name) or "") for name in names}

    @property
    def is_begun(self) -> bool:
        """Whether any value was given: before that, nothing is wrong with them."""
        if self.source_now == CSV:
            return bool(self.text.strip() or self.faults)
        return any(text.strip() for text in self.lists.values())

    @property
    def pictures(self) -> int:
        return sum(order.count for order in self.orders)

    def clean_file(self) -> Any:
        """A file takes the place of what stands in the field: so nothing of it is lost."""
        file = self.cleaned_data["file"]
        if file is not None and self.source_now == CSV:
            try:
                self.text = decode(file.read(MOST_BYTES + 1))
            except Faulty as faulty:
                self.faults = list(faulty.faults)
        return file

    def fill_in(self, data: dict[str, Any]) -> None:
        names = variables(data["prompt"])
        if not names:
            sentence = _("Put a word in braces, such as {city}: it is what changes by row.")
            self.add_error("prompt", sentence)
            return
        try:
            if self.faults:  # of the file
                raise Faulty(self.faults)
            table = self._table(names)
            self.unused, self.repeated = list(table.unused), table.repeated
            self._make_orders(data, table)
        except Faulty as faulty:
            self.faults = list(faulty.faults)
            self.add_error("table", [str(fault) for fault in self.faults])

    def series_order(self) -> SeriesOrder:
        said = self.cleaned_data
        name = said["name"] or said["prompt"].split("\n")[0]
        return SeriesOrder(name, self.orders, said["token"])

    def _given(self, name: str) -> Any:
        if self.is_bound:
            return self.data.get(name)
        return self.initial.get(name)

    def _table(self, names: list[str]) -> Table:
        if self.source_now == CSV:
            return from_csv(self.text, names, MOST_ROWS)
        return from_lists(self.lists, MOST_ROWS)

    def _make_orders(self, data: dict[str, Any], table: Table) -> None:
        lines = table.lines[: data["take"]]
        if (pictures := len(lines) * data["count"]) > MOST_PICTURES:
            sentence = _("{rows} rows × {count} = {pictures} pictures; at most {most}.")
            numbers = {"rows": len(lines), "count": data["count"], "pictures": pictures}
            words = {name: _grouped(n) for name, n in (numbers | {"most": MOST_PICTURES}).items()}
            raise Faulty([Fault(sentence.format(**words))])
        orders, faults = [], []
        for line in lines:
            try:
                orders.append(self._order(data, line.values))
            except forms.ValidationError as error:
                faults.append(Fault(" ".join(error.messages), line.number))
        if faults:
            raise Faulty(faults[:FAULTS])
        self.orders = orders

    def _order(self, data: dict[str, Any], values: Mapping[str, str]) -> Order:
        waits = self.waits(data)
        return Order(
            membership=self.membership,
            mode=Mode(data["mode"]),
            spec=self.spec(data, values),
            count=data["count"],
            template=data["prompt"],
            values=values,
            project=data["project"],
            prompt_version=data["prompt_version"],
            style=data["style"],
            may_wait=waits != Waits.NOTHING,
            may_wait_for_credit=waits == Waits.CREDIT,
            may_undo=True,
        )


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
