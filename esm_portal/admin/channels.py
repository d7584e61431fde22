"""The list of channels and the form that edits one."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail_modeladmin.helpers import ButtonHelper
from wagtail_modeladmin.views import EditView

from esm_portal.admin.add_channel import AddChannelView
from esm_portal.admin.audience_forms import AudienceFormMixin
from esm_portal.admin.lists import PortalModelAdmin
from esm_portal.audience import audience_sentence
from esm_portal.models import Channel, ChannelState


class ChannelForm(AudienceFormMixin, WagtailAdminModelForm):
    """Everything of a channel that an editor decides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word_audience()

    def clean_external_id(self) -> str:
        """The address; raises ValidationError when another channel of the account has it."""
        external_id: str = self.cleaned_data["external_id"]
        others = Channel.objects.filter(account=self.instance.account_id, external_id=external_id)
        if others.exclude(pk=self.instance.pk).exists():
            self.add_error("external_id", _("This account already reads that channel."))
        return external_id

    def save(self, commit: bool = True) -> Channel:
        """Save; under a new address the channel is read from its beginning, and soon."""
        with transaction.atomic():
            channel: Channel = super().save(commit=commit)
            if commit and "external_id" in self.changed_data:
                # A sync of the old address loses its lease, and with it the right to store where it was.
                ChannelState.objects.filter(channel=channel).update(
                    cursor=None, next_sync_at=timezone.now(), lease_token="", lease_expires_at=None
                )
        return channel


class ChannelButtons(ButtonHelper):
    """Adds "Sync now", which leads to a page that asks once more and then sends a POST."""

    def get_buttons_for_obj(self, obj: Channel, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        buttons: list[dict[str, Any]] = super().get_buttons_for_obj(obj, *args, **kwargs)
        if self.request.user.has_perm("esm_portal.sync_channel") and obj.is_active:
            buttons.append(
                {
                    "url": reverse("esm_portal_admin:sync", args=[quote(obj.pk)]),
                    "label": _("Sync now"),
                    "classname": "button button-small button-secondary",
                    "title": _("Read “%(channel)s” now") % {"channel": obj.name},
                }
            )
        return buttons


class ChannelEditView(EditView):
    def form_valid(self, form: ChannelForm) -> HttpResponse:
        # Audience and groups change together or not at all.
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
        return response


class ChannelAdmin(PortalModelAdmin):
    model = Channel
    base_url_path = "social/channels"
    menu_icon = "list-ul"
    menu_label = gettext_lazy("Channels")
    list_display = ("name", "account", "who_sees_it", "is_read", "last_read")
    list_filter = ("is_active", "audience")
    list_select_related = ("account", "state")
    search_fields = ("name", "account__name", "external_id")
    ordering = ("name",)
    button_helper_class = ChannelButtons
    edit_view_class = ChannelEditView

    def get_edit_handler(self) -> ObjectList:
        return ObjectList(
            [
                FieldPanel("account", read_only=True),
                FieldPanel("external_id", heading=_("Address, or id at the service")),
                FieldPanel("name"),
                FieldPanel("language"),
                MultiFieldPanel(
                    [FieldPanel("audience"), FieldPanel("audience_groups")], heading=_("Readers")
                ),
                MultiFieldPanel([FieldPanel("is_active"), FieldPanel("sync_interval")], heading=_("Reading")),
            ],
            base_form_class=ChannelForm,
        )

    def create_view(self, request: HttpRequest) -> HttpResponseBase:
        """Adding a channel means to try it first: our own view."""
        return AddChannelView.as_view()(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        queryset: QuerySet[Channel] = super().get_queryset(request)
        return queryset.prefetch_related("audience_groups")

    def who_sees_it(self, channel: Channel) -> str:
        return audience_sentence(channel)

    who_sees_it.short_description = gettext_lazy("Who may see it")  # type: ignore[attr-defined]
    who_sees_it.admin_order_field = "audience"  # type: ignore[attr-defined]

    def last_read(self, channel: Channel) -> Any:
        return channel.state.last_success_at if hasattr(channel, "state") else None

    last_read.short_description = gettext_lazy("Last success")  # type: ignore[attr-defined]
    last_read.admin_order_field = "state__last_success_at"  # type: ignore[attr-defined]
