"""All explanations as one page of Markdown: the text of ``docs/codes.md``."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.codes.explanation import Explanation
from pipeline.codes.pages import GROUPS

_HEAD = (
    "# Codes",
    "",
    "Every error and every notice of hypnic carries one of these codes. In the terminal,",
    "`hypnic check --explain CODE` prints the same words.",
    "",
    "Written by `python -m pipeline.codes`; change it in `pipeline/codes/pages`, never here.",
)


def codes_document() -> str:
    """Give the text of ``docs/codes.md``."""
    return "\n".join((*_HEAD, *_contents(), *_pages())) + "\n"


def _contents() -> Iterator[str]:
    for group in GROUPS:
        yield from ("", f"**{group.title}**", "")
        for page in group.explanations:
            yield f"- [{page.code}](#{page.code.lower()}): {page.title}"


def _pages() -> Iterator[str]:
    for group in GROUPS:
        yield from ("", f"## {group.title}")
        for page in group.explanations:
            yield from _page(page)


def _page(page: Explanation) -> Iterator[str]:
    yield from ("", f"### {page.code}", "", f"**{page.title}.** {page.meaning}", "")
    yield f"- What hypnic does: {page.done}"
    yield f"- What you can do: {page.repair}"
    if page.standard:
        yield f"- Standard: {page.standard}."
