"""The code blocks of the pages, and how they are run: as a reader would, in one terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.glob("*.md")))
_FENCE = re.compile(r"^```(\S*)[ ]?([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MARK = "@@ended"


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block.

    Attributes
    ----------
    language, mark
        First word behind the fence, and what follows it: a file's name, or why it is not run.
    """

    page: str
    line: int
    language: str
    mark: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of a ``console`` block, and what the page says that it answers."""

    line: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a command answered."""

    command: Command
    answer: str
    exit_code: int


def blocks(page: Path) -> list[Block]:
    """Give the fenced blocks of a page, those of its generator left out."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page=page.name,
            line=text.count("\n", 0, found.start()) + 1,
            language=found.group(1),
            mark=found.group(2).strip(),
            text=found.group(3),
        )
        for found in _FENCE.finditer(text)
        if not found.group(1).startswith("{")
    ]


def commands(block: Block) -> Iterator[Command]:
    """Give the commands of a ``console`` block with their answers."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, answer = part.partition("\n")
        yield Command(line=line, answer=answer.strip())


def is_run(block: Block) -> bool:
    """Tell whether a block is typed by the reader: commands, and Python; unless it is marked."""
    return block.language in {"console", "python"} and not block.mark


def is_file(block: Block) -> bool:
    """Tell whether a block is the content of a file that the reader writes."""
    return "." in block.mark


def followed(
    page: Path, folder: Path, environment: Mapping[str, str], *, without: str = ""
) -> list[Done]:
    """Follow a page's blocks in one terminal that starts in `folder`.

    Parameters
    ----------
    without
        A language whose blocks another test runs.
    """
    script, asked = "", []
    for number, block in enumerate(b for b in blocks(page) if b.language != without):
        if is_file(block):
            script += _written(block.mark, block.text)
        for command in _typed(block, number) if is_run(block) else ():
            if block.language == "python":
                script += _written(f"block_{number}.py", block.text)
            asked.append(command)
            script += f"{command.line}\nended=$?; echo; echo {_MARK} $ended; (exit $ended)\n"
    (folder.parent / "followed.sh").write_text(script, encoding="utf-8")
    shell = subprocess.run(
        ["bash", str(folder.parent / "followed.sh")],
        cwd=folder, env={**environment, "COLUMNS": "200"}, text=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    answers = re.split(rf"{_MARK} (\d+)\n", shell.stdout)
    return [
        Done(command=command, answer=answer, exit_code=int(code))
        for command, answer, code in zip(asked, answers[::2], answers[1::2], strict=False)
    ]


def _typed(block: Block, number: int) -> list[Command]:
    if block.language == "python":
        return [Command(line=f"python block_{number}.py", answer="")]
    return list(commands(block))


def _written(name: str, text: str) -> str:
    return f"cat > {name} <<'@@end'\n{text}@@end\n"


def agrees(done: Done) -> bool:
    """Tell whether the answer is the stated one: ``...`` is anything, blanks do not matter."""
    pieces = [re.escape(" ".join(piece.split())) for piece in done.command.answer.split("...")]
    wanted = r"\s*.*?\s*".join(pieces)
    return re.fullmatch(wanted, " ".join(done.answer.split()), re.DOTALL) is not None


def failures(done: list[Done]) -> list[str]:
    """Give what went otherwise than the page says.

    A command may fail only where the page asks for the exit code next, and shows it.
    """
    told = [*(one.command.line for one in done), ""][1:]
    wrong = [
        f"$ {one.command.line}\n{one.answer}\nexit code {one.exit_code}"
        for one, following in zip(done, told, strict=True)
        if one.exit_code != 0 and following != "echo $?"
    ]
    return wrong + [
        f"$ {one.command.line}\nstated:\n{one.command.answer}\nanswered:\n{one.answer}"
        for one in done
        if one.command.answer and not agrees(one)
    ]


def with_hypnic(home: Path) -> dict[str, str]:
    """Give the environment of somebody who has installed hypnic with its test tools."""
    bare = bare_environment(home)
    return {**bare, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{bare['PATH']}"}


def bare_environment(home: Path) -> dict[str, str]:
    """Give the environment of somebody who has never used hypnic."""
    kept = {k: v for k, v in os.environ.items() if k.startswith(("LANG", "LC_", "PIP_", "SSL_"))}
    outside = [p for p in os.environ["PATH"].split(os.pathsep) if ".venv" not in p]
    return {**kept, "HOME": str(home), "PATH": os.pathsep.join(outside)}
