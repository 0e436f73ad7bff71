"""Names of files as a terminal can show them."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape


def shown(path: Path | str) -> str:
    """Give a path as text that any UTF-8 terminal takes and that is no markup."""
    return escape(str(path).encode("utf-8", "backslashreplace").decode("utf-8"))
