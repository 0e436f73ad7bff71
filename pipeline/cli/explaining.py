"""`hypnic check --explain`: what codes mean, and what to do about them."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import typer

from pipeline.codes import Code
from pipeline.codes.explanation import Explanation
from pipeline.codes.pages import GROUPS, PAGES
from pipeline.errors import SettingsError
from pipeline.outcome import ExitCode

_ALL = "all"
_WIDTH = 88
_NAME_WIDTH = max(len(code) for code in Code) + 2


def explain_codes(names: Sequence[str]) -> ExitCode:
    """Print the page of each code once, or every code with its title for ``all``.

    Raises
    ------
    SettingsError
        A name is no code; all such names at once.
    """
    if _ALL in {name.lower() for name in names}:
        lines = list(_overview())
    else:
        lines = [line for code in _codes(names) for line in _page(PAGES[code])]
    typer.echo("\n".join(lines))
    return ExitCode.GOOD


def explain_command(codes: Iterable[Code]) -> str:
    """Give the command that explains these codes, each once."""
    options = " ".join(f"--explain {code}" for code in dict.fromkeys(codes))
    return f"hypnic check {options}"


def _codes(names: Sequence[str]) -> list[Code]:
    wanted = list(dict.fromkeys(_spelt(name) for name in names))
    unknown = [name for name in wanted if name not in set(Code)]
    if unknown:
        raise SettingsError(
            "There is no such code.",
            code=Code.CODE_UNKNOWN,
            where="--explain",
            found="; ".join(_suggested(name) for name in unknown),
            remedy="`hypnic check --explain all` lists every code.",
        )
    return [Code(name) for name in wanted]


def _spelt(name: str) -> str:
    return name.strip().upper().replace("-", "_")


def _suggested(name: str) -> str:
    close = difflib.get_close_matches(name, list(Code), n=1, cutoff=0.5)
    return name + (f" (did you mean {close[0]}?)" if close else "")


def _overview() -> Iterator[str]:
    for group in GROUPS:
        yield group.title
        for page in group.explanations:
            yield f"  {page.code:<{_NAME_WIDTH}}{page.title}"
        yield ""
    yield "One of them in full: hypnic check --explain CODE"


def _page(page: Explanation) -> Iterator[str]:
    yield f"{page.code}: {page.title}"
    for head, text in (
        ("Meaning", page.meaning),
        ("hypnic", page.done),
        ("What to do", page.repair),
        ("Standard", page.standard),
    ):
        if text:
            yield from _paragraph(head, text)
    yield ""


def _paragraph(head: str, text: str) -> list[str]:
    start = f"  {head:<12}"
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
