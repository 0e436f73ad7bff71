"""Text from files and file names as it may be shown: nothing in it steers a terminal."""

from __future__ import annotations

import unicodedata

_LAST_BYTE = 0xFF
# Controls, formats (bidirectional overrides among them), line ends, undecoded bytes.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def plain(text: str) -> str:
    """Give the text with each character that could steer a terminal written out as its number."""
    return "".join(_written_out(c) if unicodedata.category(c) in _UNSAFE else c for c in text)


def _written_out(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number <= _LAST_BYTE else f"\\u{number:04x}"
