"""The base of every parameter class; each class lives beside the algorithm that it steers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Parameters(BaseModel):
    """Frozen, strict parameters: an unknown key or a wrong type is an error.

    Each field has its unit in its name and its source in its description.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)
