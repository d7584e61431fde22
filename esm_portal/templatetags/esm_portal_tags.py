"""Template tags of this package; all of them only word what they are given."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag  # type: ignore[attr-defined, untyped-decorator, unused-ignore]
def heading(content: SafeString, level: int, **attributes: object) -> SafeString:
    """``{% heading 3 id="x" class="y" %}...{% endheading %}``: a heading of the level that fits the page.

    ``content`` has been escaped by the template; attributes without a value ("" or None) are left out.
    """
    given = format_html_join("", ' {}="{}"', ((name, value) for name, value in attributes.items() if value))
    return format_html("<h{0}{1}>{2}</h{0}>", int(level), given, content)
