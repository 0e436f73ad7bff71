"""What made a result: canonical JSON, digests and versions."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline import __version__

_LIBRARIES = ("numpy", "scipy", "mne", "pyarrow", "edfio", "pyedflib")
_BLOCK_BYTES = 1 << 20
DIGEST_CHARACTERS = 16  # 64 bits: no two configurations of one lab will ever share one


def canonical_json(value: object) -> bytes:
    """Give the one JSON text of a value: sorted keys, no blanks, UTF-8, no NaN."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8")


def digest(value: object) -> str:
    """Give the short SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value)).hexdigest()[:DIGEST_CHARACTERS]


def sha256_file(path: Path) -> str:
    """Give the SHA-256 of a file's content."""
    content = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            content.update(block)
    return content.hexdigest()


def versions() -> dict[str, str]:
    """Give the versions of hypnic, Python and the libraries that results depend on."""
    found = {"hypnic": __version__, "python": platform.python_version()}
    return found | {name: version(name) for name in _LIBRARIES}


def result_digest(analysis: Mapping[str, Any], scoring_sha256: str | None) -> str:
    """Give the digest that names a result folder.

    Parameters
    ----------
    analysis
        Every setting that changes a result.
    scoring_sha256
        Hash of a separate scoring file, where one was given.
    """
    return digest({"analysis": analysis, "scoring": scoring_sha256, "version": __version__})
