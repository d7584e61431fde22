from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from esm_portal.models.channels import Channel
from esm_portal.types import AttachmentKind, PostKind
from esm_portal.words import excerpt

KIND_LABELS = {
    PostKind.POST: _("Post"),
    PostKind.QUESTION: _("Question"),
    PostKind.ANSWER: _("Answer"),
    PostKind.PRAISE: _("Praise"),
    PostKind.ANNOUNCEMENT: _("Announcement"),
    PostKind.POLL: _("Poll"),
    PostKind.REPLY: _("Reply"),
}

ATTACHMENT_LABELS = {
    AttachmentKind.IMAGE: _("Image"),
    AttachmentKind.AUDIO: _("Audio"),
    AttachmentKind.VIDEO: _("Video"),
    AttachmentKind.FILE: _("File"),
    AttachmentKind.LINK: _("Link"),
}


class Author(models.Model):
    """Who wrote a post, as the service names them."""

    account = models.ForeignKey("esm_portal.Account", on_delete=models.CASCADE, related_name="authors")
    external_id = models.CharField(max_length=500)
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("profile"), max_length=1000, blank=True)
    job_title = models.CharField(_("job title"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["account", "external_id"], name="esm_author_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Up to two letters that stand for the person until there is a portrait."""
        words = [word for word in self.name.split() if word[0].isalpha()]
        letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
        return "".join(letters).upper()


class PostQuerySet(models.QuerySet["Post"]):
    def newest_first(self) -> PostQuerySet:
        return self.order_by("-published_at", "-pk")


class Post(models.Model):
    """One item of a channel, cleaned and stored."""

    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="posts", verbose_name=_("channel")
    )
    external_id = models.CharField(_("id at the service"), max_length=1000)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=[(k.value, v) for k, v in KIND_LABELS.items()],
        default=PostKind.POST.value,
    )
    title = models.CharField(_("title"), max_length=500, blank=True)
    #: HTML that has been through html.clean(); nothing else is ever stored here.
    clean_html = models.TextField(_("text"), blank=True)
    #: The same as plain text, for search, excerpts and notices.
    text = models.TextField(blank=True)
    url = models.URLField(_("address at the service"), max_length=2000, blank=True)
    author = models.ForeignKey(
        Author,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("author"),
    )
    language = models.CharField(_("language"), max_length=35, blank=True)
    topics = models.JSONField(_("topics"), default=list, blank=True)
    #: Id at the service of the post this one answers, or "".
    reply_to = models.CharField(max_length=1000, blank=True)
    replies_count = models.PositiveIntegerField(_("replies"), null=True, blank=True)
    reactions_count = models.PositiveIntegerField(_("reactions"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    synced_at = models.DateTimeField(_("read"))
    #: Hash of what the service delivered, after cleaning; equal hashes write nothing.
    content_hash = models.CharField(max_length=64)
    is_shown = models.BooleanField(_("shown"), default=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-published_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="esm_post_unique")]
        indexes = [
            models.Index(
                fields=["channel", "-published_at", "-id"], condition=Q(is_shown=True), name="esm_post_shown"
            )
        ]

    def __str__(self) -> str:
        return self.heading or self.external_id

    @property
    def html(self) -> SafeString:
        """The body, safe to put on a page: the one place that says so, over text html.clean() made."""
        return mark_safe(self.clean_html)  # noqa: S308

    @property
    def heading(self) -> str:
        """The title, or the beginning of the text."""
        return self.title or excerpt(self.text, 90)


class Attachment(models.Model):
    """An image, file or link of a post; a link to the service until it is mirrored."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=10, choices=[(k.value, v) for k, v in ATTACHMENT_LABELS.items()])
    url = models.URLField(max_length=2000)
    name = models.CharField(max_length=300, blank=True)
    mime_type = models.CharField(max_length=100, blank=True)
    #: Bytes, or None when the service does not say.
    size = models.PositiveBigIntegerField(null=True, blank=True)
    alt = models.CharField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["post", "position"]

    def __str__(self) -> str:
        return self.name or self.url
