"""Accounts: what the portal signs in with. Secrets go in and never come out again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail_modeladmin.views import EditView

from esm_portal.admin.lists import PortalModelAdmin
from esm_portal.models import Account
from esm_portal.registry import get_providers, provider_name

_PREFIX = "secret_"
_LABELS = {
    "username": gettext_lazy("User name"),
    "password": gettext_lazy("Password"),
    "bearer": gettext_lazy("Access token"),
}


class AccountForm(WagtailAdminModelForm):
    """Name, provider, and secrets that can be written and removed but not read."""

    forget_secrets = forms.BooleanField(
        required=False,
        label=gettext_lazy("Remove what is stored"),
        help_text=gettext_lazy("The portal then reads without signing in."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Channel ids belong to the provider: another one would not know them.
            del self.fields["provider"]
        else:
            offered = [(key, provider.name) for key, provider in get_providers().items()]
            self.fields["provider"] = forms.ChoiceField(
                label=_("Provider"), choices=offered, initial=offered[0][0] if offered else None
            )
        if not self.instance.encrypted_credentials:
            del self.fields["forget_secrets"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("forget_secrets") and self._secrets(cleaned):
            self.add_error("forget_secrets", _("Either remove what is stored or write something new."))
        return cleaned

    def save(self, commit: bool = True) -> Account:
        """Save the account; secrets that were left empty stay as they were."""
        written = self._secrets(self.cleaned_data)
        if self.cleaned_data.get("forget_secrets"):
            self.instance.credentials = {}
        elif written:
            self.instance.credentials = self._stored() | written
        account: Account = super().save(commit=commit)
        return account

    def _stored(self) -> dict[str, Any]:
        try:
            return dict(self.instance.credentials)
        except ImproperlyConfigured:
            return {}  # No key opens them any more: what is written now replaces all of it.

    def _secrets(self, cleaned: dict[str, Any]) -> dict[str, str]:
        provider = get_providers().get(cleaned.get("provider") or self.instance.provider)
        names = provider.credential_help if provider else {}
        written = {name: cleaned.get(f"{_PREFIX}{name}") or "" for name in names}
        return {name: value for name, value in written.items() if value}


class WriteOnlyInput(forms.TextInput):
    """Shows what is being typed and never what was: a user name may be a person's."""

    def format_value(self, value: Any) -> None:  # noqa: ARG002
        return None


def _secret_field(name: str, help_text: str) -> forms.CharField:
    widget: forms.Widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    if name == "username":
        widget = WriteOnlyInput(attrs={"autocomplete": "off"})
    label = _LABELS.get(name, name.replace("_", " ").capitalize())
    return forms.CharField(required=False, strip=False, label=label, help_text=help_text, widget=widget)


def account_edit_handler() -> ObjectList:
    """The form of an account, with a field for every secret a provider of this site may need."""
    help_texts: dict[str, str] = {}
    for provider in get_providers().values():
        for name, sentence in provider.credential_help.items():
            help_texts.setdefault(name, _(str(sentence)))
    fields = {f"{_PREFIX}{name}": _secret_field(name, sentence) for name, sentence in help_texts.items()}
    secrets = [
        HelpPanel(
            content=_(
                "What you write here is stored encrypted and is never shown again. "
                "Leave a field empty to keep what is stored."
            )
        ),
        *(FieldPanel(name) for name in fields),
        FieldPanel("forget_secrets"),
    ]
    return ObjectList(
        [
            FieldPanel("provider"),
            FieldPanel("name"),
            FieldPanel("is_active"),
            MultiFieldPanel(secrets, heading=_("Sign-in, when the service asks for one")),
        ],
        base_form_class=type("AccountFormWithSecrets", (AccountForm,), fields),
    )


class AccountEditView(EditView):
    def get_page_subtitle(self) -> str:
        return f"{self.instance.name} ({self.instance.provider_name})"


class AccountAdmin(PortalModelAdmin):
    model = Account
    base_url_path = "social/accounts"
    menu_icon = "key"
    menu_label = gettext_lazy("Accounts")
    list_display = ("name", "service", "is_read", "signs_in", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name", "provider")
    ordering = ("name",)
    edit_view_class = AccountEditView

    def get_edit_handler(self) -> ObjectList:
        return account_edit_handler()

    def service(self, account: Account) -> str:
        return provider_name(account.provider)

    service.short_description = gettext_lazy("Service")  # type: ignore[attr-defined]
    service.admin_order_field = "provider"  # type: ignore[attr-defined]

    def signs_in(self, account: Account) -> str:
        return _("With stored sign-in") if account.encrypted_credentials else _("Without signing in")

    signs_in.short_description = gettext_lazy("Sign-in")  # type: ignore[attr-defined]
