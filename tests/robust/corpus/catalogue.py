"""All cases of the corpus."""

from __future__ import annotations

from tests.robust.corpus import (
    layer_files,
    layer_header,
    layer_lists,
    layer_records,
    layer_scaling,
    layer_text,
)

CASES = (
    *layer_files.CASES,
    *layer_header.CASES,
    *layer_scaling.CASES,
    *layer_text.CASES,
    *layer_lists.CASES,
    *layer_records.CASES,
)
