"""The page on exchange formats names all that is written, and every format."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.events import Side
from pipeline.exchange import bids, edf_texts, luna, nsrr
from pipeline.exchange.format_names import ExportFormat
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import EventRow, ScoredNight, Term
from tests.unit.exchange_nights import exported
from tests.unit.report_night import bare_night

PAGE = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
DEFAULT = ExchangeParameters()


def all_terms() -> ScoredNight:
    rows = [
        EventRow(term=term, scorer="auto:0", rule_set="x", onset_s=1.0, duration_s=1.0, side=side)
        for term in Term
        for side in (Side.LEFT, Side.RIGHT, Side.UNKNOWN)
    ]
    return replace(exported(bare_night("W123R?M")), events=tuple(rows))


NIGHT = all_terms()
WRITTEN = {
    *(row.text for row in edf_texts.to_annotations(NIGHT, DEFAULT) if "stage" not in row.text),
    *(row.text.partition("@@")[0] for row in luna.wanted(NIGHT) if len(row.text) > 4),
    *(
        text.replace("|", "\\|")
        for text in re.findall("<EventConcept>(.*?)<", nsrr.content(NIGHT, DEFAULT).decode())
        if "|" in text
    ),
    *(
        line.split("\t")[2]
        for line in bids.events_content(NIGHT).decode().splitlines()[1:]
        if not line.split("\t")[2].startswith("sleep_stage_N")
    ),
} - {"sleep_stage_R"}


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_every_name_that_is_written_stands_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", list(ExportFormat))
def test_every_format_has_a_section(name: str) -> None:
    assert re.search(rf"^## .*\(.*`{name}`.*\)$", PAGE, re.MULTILINE)
