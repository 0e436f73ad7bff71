"""Names of files, and texts from them, as a terminal can show them."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from pipeline.plaintext import plain


def shown(path: Path | str) -> str:
    """Give a path, or text from a file, as a terminal shows it: no markup, nothing that steers."""
    return escape(plain(str(path)))
