"""Who may see a channel, asked the same way when it is added and when it is edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from esm_portal.models import Audience

AUDIENCE_CHOICES = [
    (Audience.NOBODY, gettext_lazy("Nobody yet. Posts are read and stored, and no page shows them.")),
    (Audience.SIGNED_IN, gettext_lazy("Everyone who is signed in to the intranet.")),
    (Audience.GROUPS, gettext_lazy("Only members of the groups chosen below.")),
    (Audience.EVERYONE, gettext_lazy("Everyone who can open the site, also without signing in.")),
]


class AudienceFormMixin:
    """Words the audience in full sentences and refuses "groups" without a group."""

    fields: dict[str, forms.Field]

    def word_audience(self) -> None:
        """Replace the fields' widgets; call it at the end of ``__init__``."""
        self.fields["audience"] = forms.ChoiceField(
            label=_("Who may see its posts"),
            choices=AUDIENCE_CHOICES,
            initial=Audience.NOBODY,
            widget=forms.RadioSelect,
            help_text=_("Posts reach no page before you choose."),
        )
        groups = self.fields["audience_groups"]
        groups.label = _("Groups")
        groups.widget = forms.CheckboxSelectMultiple(choices=groups.widget.choices)
        groups.help_text = _("Counts only with “Only members of the groups chosen below”.")

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for "groups" without a group."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc,attr-defined]
        if cleaned.get("audience") == Audience.GROUPS and not cleaned.get("audience_groups"):
            self.add_error("audience_groups", _("Choose at least one group."))  # type: ignore[attr-defined]
        return cleaned
