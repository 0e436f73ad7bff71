"""How the report's tests read a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from pipeline.night import Night
from pipeline.report.page import ReportParameters, render

KEY = "k3f9c0a1b2d4e5f6"
PROVENANCE = {"hypnic": "0.1.0", "result_digest": "9f2c31aa", "numpy": "2.4"}
LINK = re.compile(r"#[\w-]+|[\w-]+(/[\w-]+)*\.(html|json)")
VOID = {"meta", "br", "link", "img", "hr", "input"}


def page_of(
    night: Night, key: str = KEY, provenance: Mapping[str, str] = PROVENANCE, **parameters: Any
) -> str:
    return render(night, key, provenance, ReportParameters(**parameters))


def section(page: str, name: str) -> str:
    return between(page, f'<section id="{name}"', "</section>")


def between(page: str, start: str, stop: str) -> str:
    return page.partition(start)[2].partition(stop)[0]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


class Outline(HTMLParser):
    """Tags in order, those left open, links, each attribute that could load or run something.

    A link to a place on the page itself, or to a file beside it, is no active one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.active: list[str] = []
        self.links: list[str] = []
        self.unnamed_pictures = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = dict(attrs)
        self.active += [n for n in names if n.startswith("on") or n in {"src", "action"}]
        self.links += [names["href"] or ""] if "href" in names else []
        self.unnamed_pictures += tag == "svg" and not (names.get("aria-label"))
        self.active += [link for link in self.links[-1:] if not LINK.fullmatch(link)]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    return found
