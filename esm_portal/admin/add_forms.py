"""The forms of "Add a channel": find, choose, save."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from esm_portal.admin.audience_forms import AudienceFormMixin
from esm_portal.models import Account, Channel
from esm_portal.registry import get_providers
from esm_portal.types import ChannelInfo

#: Value that stands for the account that is made when the first feed is saved.
NEW_FEEDS = "new"
FEEDS = "feeds"
_SALT = "esm_portal.add_channel"
#: A form may lie open this long (seconds).
_MAX_AGE = 86400


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A channel that was found, on its way through the forms; signed, so that only found ones are saved."""

    account: str
    external_id: str
    name: str
    url: str
    description: str
    language: str

    @classmethod
    def from_info(cls, account: str, info: ChannelInfo) -> Candidate:
        return cls(account=account, **asdict(info))

    def sign(self, *, tried: bool) -> str:
        """A token for a form field; ``tried`` says that its posts were shown."""
        return signing.dumps([tried, asdict(self)], salt=_SALT, compress=True)

    @classmethod
    def unsign(cls, token: str, *, tried: bool) -> Candidate | None:
        """The candidate, or None for a token of somebody else's making, of another step, or too old."""
        try:
            was_tried, fields = signing.loads(token, salt=_SALT, max_age=_MAX_AGE)
        except signing.BadSignature:
            return None
        return cls(**fields) if bool(was_tried) == tried else None


def account_choices() -> list[tuple[str, str]]:
    """The accounts a channel can be added to; with no feeds account, one that will be made."""
    offered = get_providers()
    accounts = [a for a in Account.objects.filter(is_active=True) if a.provider in offered]
    accounts.sort(key=lambda account: account.provider != FEEDS)
    choices = [(str(a.pk), f"{a.name} ({offered[a.provider].name})") for a in accounts]
    if FEEDS in offered and not any(account.provider == FEEDS for account in accounts):
        choices.insert(0, (NEW_FEEDS, _("%(name)s (made for you)") % {"name": offered[FEEDS].name}))
    return choices


def account_for(value: str) -> Account | None:
    """The chosen account, not saved yet when it is the one to be made; None when it is gone."""
    if value == NEW_FEEDS:
        existing = Account.objects.filter(provider=FEEDS, is_active=True).order_by("pk").first()
        return existing or Account(provider=FEEDS, name=_free_name(get_providers()[FEEDS].name))
    return Account.objects.filter(pk=value, is_active=True).first()


def _free_name(wanted: str) -> str:
    taken = set(Account.objects.values_list("name", flat=True))
    numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


class FindForm(forms.Form):
    """Where to look."""

    account = forms.ChoiceField(label=gettext_lazy("Account"))
    address = forms.CharField(
        label=gettext_lazy("Address of a page or feed"),
        max_length=1000,
        help_text=gettext_lazy(
            "Copy it from your browser, for example https://blog.example.com. "
            "The portal looks for feeds there."
        ),
    )

    def clean_address(self) -> str:
        """The address. Raises ValidationError for one with a password, which is not shown again."""
        address: str = self.cleaned_data["address"]
        channel = Channel(external_id=address)
        try:
            channel.clean()
        except ValidationError as error:
            self.data = {**self.data.dict(), "address": ""}  # type: ignore[attr-defined]
            raise ValidationError(error.messages) from error
        return address

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = account_choices()


class SaveForm(AudienceFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    """What the editor decides before the channel is saved."""

    class Meta:
        model = Channel
        fields = ("name", "language", "audience", "audience_groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word_audience()
