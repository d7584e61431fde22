"""Choosers for channels and posts, for blocks, pages and any foreign key to these models."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from esm_portal.models import Audience, Channel, Post


class SearchForm(BaseFilterForm):
    """A search box over plain database fields: these models are not in Wagtail's search index."""

    fields_searched: tuple[str, ...] = ()

    q = forms.CharField(
        label=_("Search term"), widget=forms.TextInput(attrs={"placeholder": _("Search")}), required=False
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        """Rows that contain every word of the search in one of ``fields_searched``."""
        objects = super().filter(objects)
        query = self.cleaned_data["q"].strip()
        if query:
            for word in query.split()[:10]:
                found = Q()
                for name in self.fields_searched:
                    found |= Q(**{f"{name}__icontains": word})
                objects = objects.filter(found)
            self.is_searching = True
            self.search_query = query
        return objects


class ChannelSearchForm(SearchForm):
    fields_searched = ("name", "account__name", "url")


class PostSearchForm(SearchForm):
    fields_searched = ("title", "text", "author__name", "channel__name")


def channels_for(request: HttpRequest) -> QuerySet[Channel]:
    """Channels the person at ``request`` may choose: all for people who may view posts, else visible ones."""
    user: Any = request.user
    return Channel.objects.visible_to(user, preview=True).select_related("account", "state")


def posts_for(request: HttpRequest) -> QuerySet[Post]:
    """Posts the person at ``request`` may choose: none without the permission to view posts."""
    user: Any = request.user
    posts = Post.objects.select_related("author", "channel").filter(is_shown=True)
    return posts.newest_first() if user.has_perm("esm_portal.view_post") else posts.none()


def _author(post: Post) -> str:
    return post.author.name if post.author else ""


def _published(post: Post) -> str:
    return date_format(localtime(post.published_at), "DATETIME_FORMAT")


def _last_read(channel: Channel) -> str:
    read = channel.state.last_success_at
    return date_format(localtime(read), "SHORT_DATETIME_FORMAT") if read else str(_("Never"))


def _is_well(channel: Channel) -> bool:
    return channel.is_active and not channel.state.failures


class ChannelColumns:
    """What an editor needs to know of a channel before choosing it: its source, its audience, its health."""

    filter_form_class = ChannelSearchForm

    def get_object_list(self) -> QuerySet[Channel]:
        return channels_for(self.request)  # type: ignore[attr-defined]

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("account", label=_("Account")),
            Column("audience", label=_("Who may see it"), accessor="get_audience_display"),
            Column("read", label=_("Last read"), accessor=_last_read),
            BooleanColumn("well", label=_("Working"), accessor=_is_well),
        ]


class PostColumns:
    """Where and when a post was written, and by whom."""

    filter_form_class = PostSearchForm

    def get_object_list(self) -> QuerySet[Post]:
        return posts_for(self.request)  # type: ignore[attr-defined]

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("author", label=_("Author"), accessor=_author),
            Column("channel", label=_("Channel")),
            Column("published", label=_("Published"), accessor=_published),
        ]


class ChannelChooseView(ChannelColumns, ChooseView):
    pass


class ChannelChooseResultsView(ChannelColumns, ChooseResultsView):
    pass


class PostChooseView(PostColumns, ChooseView):
    pass


class PostChooseResultsView(PostColumns, ChooseResultsView):
    pass


def is_key(text: str) -> bool:
    """Whether ``text`` can be a primary key; every database holds 18 digits."""
    return text.isascii() and text.isdecimal() and len(text) <= 18


class GuardedChosen:
    """Answers with the name of a row only to people who could have chosen it from the list."""

    request: HttpRequest
    model_class: type[Model]

    def allowed(self) -> QuerySet[Any]:
        return posts_for(self.request) if self.model_class is Post else channels_for(self.request)

    def get_object(self, pk: str) -> Model:
        """The row. Raises ObjectDoesNotExist for rows out of reach, which the view turns into a 404."""
        if not is_key(pk):
            raise self.model_class.DoesNotExist  # type: ignore[attr-defined]
        return self.allowed().get(pk=pk)  # type: ignore[no-any-return]

    def get_objects(self, pks: list[str]) -> list[Model]:
        wanted = [int(pk) for pk in pks if is_key(pk)]
        rows = self.allowed().in_bulk(wanted)
        return [rows[pk] for pk in wanted if pk in rows]


class GuardedChosenView(GuardedChosen, ChosenView):
    pass


class GuardedChosenMultipleView(GuardedChosen, ChosenMultipleView):
    pass


class PostChooserWidget(BaseChooser):
    def get_display_title(self, instance: Post) -> str:
        """The title, or only where it was written: who edits a page need not be who may read the post."""
        if instance.channel.audience in (Audience.EVERYONE, Audience.SIGNED_IN):
            return str(super().get_display_title(instance))
        return _("A post of “%(channel)s”") % {"channel": instance.channel.name}


class ChannelChooserViewSet(ChooserViewSet):
    model = "esm_portal.Channel"
    icon = "comment"
    per_page = 20
    choose_one_text = _("Choose a channel")
    choose_another_text = _("Choose another channel")
    edit_item_text = _("Edit this channel")
    choose_view_class = ChannelChooseView
    choose_results_view_class = ChannelChooseResultsView
    chosen_view_class = GuardedChosenView
    chosen_multiple_view_class = GuardedChosenMultipleView


class PostChooserViewSet(ChooserViewSet):
    model = "esm_portal.Post"
    base_widget_class = PostChooserWidget
    icon = "openquote"
    per_page = 20
    choose_one_text = _("Choose a post")
    choose_another_text = _("Choose another post")
    edit_item_text = _("See this post")
    choose_view_class = PostChooseView
    choose_results_view_class = PostChooseResultsView
    chosen_view_class = GuardedChosenView
    chosen_multiple_view_class = GuardedChosenMultipleView


channel_chooser_viewset = ChannelChooserViewSet("esm_channel_chooser", url_prefix="esm-channel-chooser")
post_chooser_viewset = PostChooserViewSet("esm_post_chooser", url_prefix="esm-post-chooser")
