"""What a code says to the person who meets it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.codes.code import Code


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """All that is to be known of one code, in a technician's words.

    Attributes
    ----------
    title
        A few words, to stand beside the code.
    meaning
        What was found.
    done
        What hypnic does then: refuses, repairs, leaves out, goes on.
    repair
        What a person can do about it.
    standard
        Paragraph of the standard that speaks of it; empty where none does.
    """

    code: Code
    title: str
    meaning: str
    done: str
    repair: str
    standard: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Codes that belong together, under the heading that they have in the enumeration."""

    title: str
    explanations: tuple[Explanation, ...]
