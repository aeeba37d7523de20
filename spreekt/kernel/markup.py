"""Turns residents' Markdown into safe HTML and back into plain words; what text may hold is in text.py."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token

from spreekt.kernel.graphemes import first_graphemes, grapheme_length
from spreekt.kernel.text import LONGEST_TEXT, TooLong

REL: Final = "nofollow ugc noopener"
TAGS: Final = frozenset(
    {
        "a",
        "blockquote",
        "br",
        "code",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "ul",
    }
)
_SCHEMES = ("http:", "https:", "mailto:")
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|blockquote|pre|ul|ol|div|tr|td)>|<(?:br|hr) ?/?>", re.IGNORECASE)
_HEADING_SHIFT = 2  # h1 is the title of the page and h2 its sections
_LONGEST_LINK = 500


def render_markdown(text: str) -> str:
    """Safe HTML of a text in Markdown: no raw HTML, no pictures, links to http, https and mail only.

    `text` comes from clean_text. Raises TooLong above LONGEST_TEXT, so that no text takes long to render.
    """
    if len(text) > LONGEST_TEXT:
        raise TooLong(LONGEST_TEXT)
    tokens = _MARKDOWN.parse(text)
    _shift_headings(tokens)
    rendered: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return _CLEANER.clean(rendered)


def plain_excerpt(rendered: str, most: int) -> str:
    """The words of rendered HTML in at most `most` characters, cut between words; escape them on a page."""
    words = html.unescape(nh3.clean(_BLOCK_END.sub(r"\g<0> ", rendered), tags=set())).split()
    whole = " ".join(words)
    if grapheme_length(whole) <= most:
        return whole
    cut = first_graphemes(whole, most - 1)
    if not whole[len(cut)].isspace() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,.;:–-") + "…"


def _links_outward(url: str) -> bool:
    """Only absolute links to the web or to mail; a relative link could sign a reader out or leave by `//`."""
    return url.strip().lower().startswith(_SCHEMES)


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    """A second lock on links, behind the parser's own check."""
    if attribute == "href" and not _links_outward(value):
        return None
    return value


def _shift_headings(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _HEADING_SHIFT, 6)}"


class _Linkify(LinkifyIt):  # type: ignore[misc]  # the library has no types
    """Finds bare links, but not in an endless run of characters: its patterns take quadratic time there."""

    def pretest(self, text: str) -> bool:
        return all(len(run) <= _LONGEST_LINK for run in text.split()) and bool(super().pretest(text))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12})
    parser.linkify = _Linkify()
    parser.enable("linkify").disable(["image", "html_block", "html_inline"])
    parser.inline.ruler.disable("linkify")  # finds the same links, but looks back through all text for each
    parser.validateLink = _links_outward  # type: ignore[method-assign]
    return parser


_MARKDOWN = _parser()
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=REL,
    attribute_filter=_keep_attribute,
    strip_comments=True,
)
