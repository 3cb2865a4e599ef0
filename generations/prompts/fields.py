"""Fields for words that people write."""

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _


class WordsField(forms.CharField):
    """Where there is too much of it, says how much there may be and how much there is."""

    def run_validators(self, value: str) -> None:
        if self.max_length is not None and len(value) > self.max_length:
            most, count = (
                number_format(figure, force_grouping=True)
                for figure in (self.max_length, len(value))
            )
            message = _("At most %(most)s characters; this has %(count)s.")
            raise forms.ValidationError(message % {"most": most, "count": count})
        super().run_validators(value)
