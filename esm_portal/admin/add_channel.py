"""Add a channel, try it first: find it, see real posts, then decide who may see it and save."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import log

from esm_portal.admin.access import PortalView
from esm_portal.admin.add_forms import Candidate, FindForm, SaveForm, account_for
from esm_portal.exceptions import (
    AuthenticationFailed,
    ChannelUnavailable,
    CredentialError,
    ProviderError,
    RetryableError,
    UnsafeAddress,
)
from esm_portal.models import Account, Channel, SyncRun
from esm_portal.sync.preview import ChannelPreview, discover, preview_posts
from esm_portal.sync.wording import explain
from esm_portal.tasks import request_sync

#: Posts shown before anything is saved.
PREVIEW_POSTS = 5
#: As long as the database stores (characters).
MAX_ADDRESS = 1000


class Trouble(Exception):  # noqa: N818 (ends in a sentence for a person, not in a traceback)
    """A step cannot go on; ``str()`` is for the editor, ``channel`` the one that exists already."""

    def __init__(self, sentence: str, *, channel: Channel | None = None) -> None:
        super().__init__(sentence)
        self.channel = channel


class AddChannelView(PortalView):
    """One address, three steps, each of them a POST: "find", "try", "save". GET only shows the form."""

    permissions = ("add_channel",)
    page_title = gettext_lazy("Add a channel")
    header_icon = "plus"
    template_name = "esm_portal/admin/add_channel.html"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        return self.show(form=FindForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        match request.POST.get("step"):
            case "save":
                return self.save(request)
            case "try":
                return self.choose(request)
            case _find:
                return self.find(request)

    def find(self, request: HttpRequest) -> HttpResponse:
        """Look for channels at the address; one goes on to its posts, several are offered."""
        form = FindForm(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        try:
            found = find_candidates(form.cleaned_data["account"], form.cleaned_data["address"].strip())
            if len(found) == 1:
                return self.show_posts(found[0])
        except Trouble as trouble:
            return self.show(form=form, trouble=trouble)
        return self.show(form=form, found=[(candidate.sign(tried=False), candidate) for candidate in found])

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Show the posts of the chosen one of several."""
        candidate = Candidate.unsign(request.POST.get("candidate", ""), tried=False)
        if candidate is None:
            return self.start_again()
        try:
            return self.show_posts(candidate)
        except Trouble as trouble:
            form = FindForm(initial={"account": candidate.account, "address": candidate.external_id})
            return self.show(form=form, trouble=trouble)

    def save(self, request: HttpRequest) -> HttpResponse:
        """Store the channel that was tried, and have it read at once."""
        candidate = Candidate.unsign(request.POST.get("candidate", ""), tried=True)
        account = account_for(candidate.account) if candidate else None
        if candidate is None or account is None:
            return self.start_again()
        form = SaveForm(request.POST)
        if not form.is_valid():
            return self.show(candidate=candidate, token=candidate.sign(tried=True), save_form=form)
        try:
            run = save_channel(form, candidate, account, request)
        except Trouble as trouble:
            return self.show(
                candidate=candidate, token=candidate.sign(tried=True), save_form=form, trouble=trouble
            )
        return redirect(reverse("esm_portal_admin:run", args=[run.pk]))

    def show_posts(self, candidate: Candidate) -> HttpResponse:
        """The form that saves, beside real posts. Raises Trouble when there is nothing to show."""
        account = account_for(candidate.account)
        if account is None:
            raise Trouble(_("The account is gone or switched off. Choose another."))
        refuse_unfit(account, candidate)
        preview = try_posts(account, candidate)
        form = SaveForm(initial={"name": candidate.name[:200], "language": candidate.language[:35]})
        return self.show(
            candidate=candidate, token=candidate.sign(tried=True), preview=preview, save_form=form
        )

    def start_again(self) -> HttpResponse:
        messages.error(self.request, _("This form was open for too long or was changed. Please start again."))
        return redirect(reverse("social_channels_modeladmin_create"))


def find_candidates(account_value: str, address: str) -> list[Candidate]:
    """What the account finds at ``address``. Raises Trouble when that is nothing."""
    account = account_for(account_value)
    if account is None:
        raise Trouble(_("The account is gone or switched off. Choose another."))
    try:
        found = discover(account, address)
    except (ProviderError, ImproperlyConfigured) as error:
        raise Trouble(_in_words(error)) from error
    if not found:
        raise Trouble(
            _(
                "No feed was found at this address. Open the page in your browser and look for a link "
                "named “RSS”, “Atom” or “Feed”; copy the address of that link."
            )
        )
    return [Candidate.from_info(account_value, info) for info in found]


def try_posts(account: Account, candidate: Candidate) -> ChannelPreview:
    """Real posts of ``candidate``, fetched now. Raises Trouble when it cannot be read."""
    try:
        return preview_posts(account, candidate.external_id, limit=PREVIEW_POSTS)
    except (ProviderError, ImproperlyConfigured) as error:
        raise Trouble(_in_words(error)) from error


def refuse_unfit(account: Account, candidate: Candidate) -> None:
    """Raises Trouble when the channel cannot be stored, or the account reads it already."""
    if len(candidate.external_id) > MAX_ADDRESS:
        raise Trouble(_("The address of this feed is too long to be stored."))
    existing = Channel.objects.filter(account=account.pk, external_id=candidate.external_id).first()
    if existing is not None:
        raise Trouble(
            _("The portal already reads this as “%(channel)s”.") % {"channel": existing.name},
            channel=existing,
        )


def save_channel(form: SaveForm, candidate: Candidate, account: Account, request: HttpRequest) -> SyncRun:
    """Account, channel, audience and the first run, together or not at all. Raises Trouble."""
    refuse_unfit(account, candidate)
    try:
        with transaction.atomic():
            if account.pk is None:
                account.save()
                log(instance=account, action="wagtail.create")
            channel: Channel = form.save(commit=False)
            channel.account = account
            channel.external_id = candidate.external_id
            channel.url = candidate.url if len(candidate.url) <= 1000 else ""
            channel.save()
            form.save_m2m()
            log(instance=channel, action="wagtail.create", content_changed=True)
            user = request.user if request.user.is_authenticated else None
            return request_sync(channel, user=user)
    except IntegrityError as error:
        # Somebody else saved the same a moment ago.
        raise Trouble(_("Somebody has just added this channel.")) from error


def _in_words(error: ProviderError | ImproperlyConfigured) -> str:
    if isinstance(error, ImproperlyConfigured):
        return _("The portal is not set up for this: %(error)s") % {"error": error}
    return f"{explain(error)} {_next_step(error)}".strip()


def _next_step(error: ProviderError) -> str:
    """What to do while nothing is saved yet; a channel that is read already has other advice."""
    match error:
        case RetryableError():
            return _("Nothing was saved. Try again in a few minutes.")
        case AuthenticationFailed():
            return _("Add an account with a sign-in under “Accounts”, then choose it here.")
        case CredentialError() if not isinstance(error, UnsafeAddress):
            return _("Ask IT to allow this address.")
        case ChannelUnavailable():
            return _("Check the address in your browser.")
        case _other:
            return ""  # the others say themselves what to do
