"""Base classes of every wagtail-modeladmin list in this package."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import Permission
from django.contrib.auth.models import User as UserType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail_modeladmin.helpers import AdminURLHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import HistoryView, IndexView, InspectView

from esm_portal.admin.query import (
    Rule,
    allowed_query,
    is_boolean,
    is_ordering,
    is_page,
    is_pk,
    is_search,
)
from esm_portal.models import Channel

STYLESHEET = "esm_portal/admin.css"


class PortalPermissionHelper(PermissionHelper):
    """Django's own rule: "view" or "change" opens a list; any other permission alone does not."""

    def user_can_list(self, user: UserType) -> bool:
        return any(
            self.user_has_specific_permission(user, self.get_perm_codename(action))
            for action in ("view", "change")
        )

    def user_can_inspect_obj(self, user: UserType, obj: models.Model) -> bool:  # noqa: ARG002
        return bool(self.inspect_view_enabled) and self.user_can_list(user)


class ReadOnlyPermissionHelper(PortalPermissionHelper):
    """For what only the sync writes: it can be looked at, and nothing else, by anybody."""

    def get_all_model_permissions(self) -> QuerySet[Permission]:
        """Only "view" can be given to a group; the others would do nothing."""
        permissions: QuerySet[Permission] = super().get_all_model_permissions()
        return permissions.filter(codename=self.get_perm_codename("view"))

    def user_can_create(self, user: UserType) -> bool:  # noqa: ARG002
        return False

    def user_can_edit_obj(self, user: UserType, obj: models.Model) -> bool:  # noqa: ARG002
        return False

    def user_can_delete_obj(self, user: UserType, obj: models.Model) -> bool:  # noqa: ARG002
        return False


class PortalURLHelper(AdminURLHelper):
    """Addresses with numbers only: wagtail-modeladmin answers any other word with a server error."""

    def _get_object_specific_action_url_pattern(self, action: str) -> str:
        return rf"^{self.base_url_path}/{action}/(?P<instance_pk>[0-9]{{1,18}})/$"


class AllowListedIndexView(IndexView):
    """A list that applies only the parameters its ModelAdmin names."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.permission_helper.user_can_list(request.user):
            raise PermissionDenied
        kept, left_out = allowed_query(request.GET, self.model_admin.query_rules())
        request.GET = kept  # type: ignore[assignment]  # immutable all the same
        if left_out:
            messages.warning(
                request,
                _("A part of the address was not understood and is left out. The list is shown without it."),
            )
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class CheckedHistoryView(HistoryView):
    """The history, for those who may see the list; wagtail-modeladmin itself asks no permission."""

    def check_action_permitted(self, user: UserType) -> bool:
        return bool(self.permission_helper.user_can_list(user))


class LabelledInspectView(InspectView):
    """Shows the fields of ``model_admin.inspect_labels``, and 0 as 0."""

    def get_field_label(self, field_name: str, field: Field[Any, Any] | None = None) -> str:  # noqa: ARG002
        return str(self.model_admin.inspect_labels[field_name])

    def get_field_display_value(self, field_name: str, field: Field[Any, Any] | None = None) -> Any:
        shown = getattr(self.model_admin, field_name, None)
        if callable(shown):
            return shown(self.instance) or self.model_admin.get_empty_value_display(field_name)
        value = super().get_field_display_value(field_name, field)
        return 0 if getattr(self.instance, field_name) == 0 else value


class ChannelFilter(SimpleListFilter):
    """?channel=3: the list of one channel. Only a link leads here, so no select of all channels."""

    title = gettext_lazy("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        chosen = Channel.objects.filter(pk=int(self.value() or 0))
        return [(str(pk), name) for pk, name in chosen.values_list("pk", "name")]

    def has_output(self) -> bool:
        """Whether the filter is in force; also for a channel that is gone, whose list is empty."""
        return self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        return queryset.filter(channel=self.value()) if self.value() else queryset


class PortalModelAdmin(ModelAdmin):
    """What our lists have in common: an allow-list, strict permissions, our stylesheet."""

    index_view_class = AllowListedIndexView
    history_view_class = CheckedHistoryView
    inspect_view_class = LabelledInspectView
    permission_helper_class = PortalPermissionHelper
    url_helper_class = PortalURLHelper
    list_per_page = 50
    empty_value_display = "–"
    index_view_extra_css = [STYLESHEET]
    inspect_view_extra_css = [STYLESHEET]
    form_view_extra_css = [STYLESHEET]
    #: Field or method name -> label, in the order of the inspect view.
    inspect_labels: dict[str, Any] = {}

    def query_rules(self) -> dict[str, Rule]:
        """Parameter name -> what it may say; every other parameter is left out."""
        rules: dict[str, Rule] = {"p": is_page, "q": is_search, "o": is_ordering(len(self.list_display))}
        for entry in self.list_filter:
            if isinstance(entry, str):
                field = self.model._meta.get_field(entry)
                known = {str(value) for value, _label in field.flatchoices}
                rules[f"{entry}__exact"] = known.__contains__ if known else is_boolean
            else:
                rules[entry.parameter_name] = is_pk
        return rules

    def is_read(self, row: Any) -> str:
        """A word instead of the Django admin's icons, which an intranet need not have installed."""
        return _("Yes") if row.is_active else _("Switched off")

    is_read.short_description = gettext_lazy("Active")  # type: ignore[attr-defined]
    is_read.admin_order_field = "is_active"  # type: ignore[attr-defined]

    def get_extra_attrs_for_field_col(self, obj: Any, field_name: str) -> dict[str, str]:  # noqa: ARG002
        """The column's name at each cell: on a narrow screen rows stand as blocks, without a heading row."""
        return {"data-label": capfirst(str(label_for_field(field_name, self.model, model_admin=self)))}

    def get_inspect_view_fields(self) -> list[str]:
        return list(self.inspect_labels)

    def get_empty_value_display(self, field_name: str | None = None) -> str:  # noqa: ARG002
        return SafeString(self.empty_value_display)

    def register_indexing(self) -> None:
        """Nothing: Wagtail's reference index would add queries to each save and answer no question here."""


class ReadOnlyModelAdmin(PortalModelAdmin):
    """A list of what the sync writes. There is no route that could change a row."""

    permission_helper_class = ReadOnlyPermissionHelper
    inspect_view_enabled = True
    history_view_enabled = False

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        names = {self.url_helper.get_action_url_name(action) for action in ("index", "inspect")}
        return tuple(url for url in super().get_admin_urls_for_registration() if url.name in names)

    def register_admin_url_finders(self) -> None:
        """Nothing: there is no page where these could be edited."""
