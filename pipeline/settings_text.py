"""Settings as TOML text: each key with its meaning, and where its value came from."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from pipeline.settings import DEFAULT_SOURCE, Effective, Settings

_WIDTH = 98
_HEAD = """\
# Every setting of hypnic. A file of your own needs only the keys that differ from the defaults.
# Units stand in the keys; the source of each value stands in its comment."""


def default_toml() -> str:
    """Give the text of ``configs/default.toml``: what ``hypnic config`` prints by itself."""
    return effective_toml(Effective(settings=Settings(), sources={}))


def effective_toml(effective: Effective) -> str:
    """Give the settings as TOML; a value that is not a default names its source."""
    return "\n".join([_HEAD, *_section(effective.settings, "", effective)]) + "\n"


def _section(model: BaseModel, prefix: str, effective: Effective) -> Iterator[str]:
    nested = []
    for name, field in type(model).model_fields.items():
        value, key = getattr(model, name), f"{prefix}{name}"
        if isinstance(value, BaseModel):
            nested.append((key, value, field.description or ""))
            continue
        yield ""
        yield from _comment(field.description or "")
        yield _line(name, value, effective.source(key))
    for key, value, description in nested:
        yield ""
        yield ""
        yield from _comment(description)
        yield f"[{key}]"
        yield from _section(value, f"{key}.", effective)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")


def _line(name: str, value: object, source: str) -> str:
    if value is None:
        return f"# {name} = (not set)"
    mark = "" if source == DEFAULT_SOURCE else f"  # from {source}"
    return f"{name} = {_toml(value)}{mark}"


def _toml(value: object) -> str:
    """Give a value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(k))} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)
