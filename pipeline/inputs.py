"""One study's private copies, and the names that its results get."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import privacy, provenance, store
from pipeline.admission import Look, admit_scoring, admit_study
from pipeline.formats import scoring_files
from pipeline.settings import Settings
from pipeline.staged import StagedStudy, stage_copy, stage_set


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where one study's files lie.

    Attributes
    ----------
    study
        The EDF file.
    scoring
        The files, or the folder, of a technician's scoring.
    look
        An earlier look at the study's file.
    """

    study: Path
    scoring: tuple[Path, ...] = ()
    look: Look | None = None


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The private copies of one study's files, and the names of its results.

    Attributes
    ----------
    key
        Key of the study, from its content.
    digest
        Of the settings, the scoring and the version: all else that makes a result.
    """

    study: StagedStudy
    scoring: StagedStudy | None
    key: str
    digest: str

    @property
    def claim(self) -> str:
        """What one worker claims at a time."""
        return f"{self.key}-{self.digest}"

    def target(self, out: Path) -> Path:
        """Give the place of the night's results."""
        return store.night_folder(out, self.key, self.digest)

    def origin(self) -> dict[str, str]:
        """Give what a result was made from, for the report's last lines."""
        facts = {"result_digest": self.digest, "input_sha256": self.study.sha256}
        if self.scoring is not None:
            facts["scoring_sha256"] = self.scoring.sha256
        return facts

    def manifest(self, settings: Settings, versions: dict[str, str]) -> dict[str, Any]:
        """Give what the manifest says beside the files; the settings hold every seed."""
        return {
            "schema": store.SCHEMA,
            "study_key": self.key,
            "result_digest": self.digest,
            "versions": versions,
            "input": _facts(self.study),
            "scoring": None if self.scoring is None else _facts(self.scoring),
            "settings": settings.analysis_record(),
        }


def admit(sources: Sources, settings: Settings) -> tuple[Path, ...]:
    """Let a study and its scoring in, judged where they lie; give the files of the scoring.

    Raises
    ------
    StudyError, PassingError
        As `pipeline.admission` says.
    """
    most_mib = settings.run.largest_study_mib
    settle_s = settings.run.settle_s
    admit_study(sources.study, most_mib=most_mib, settle_s=settle_s, look=sources.look)
    return admit_scoring(sources.scoring, most_mib=most_mib)


def stage(source: Path, mine: Path) -> tuple[StagedStudy, str]:
    """Give a study's private copy and its key, which the site's own table leads from."""
    study = stage_copy(source, mine)
    key = privacy.study_key(study.sha256, privacy.site_secret())
    privacy.remember_source(key, source)
    return study, key


def with_scoring(
    study: StagedStudy, key: str, parts: tuple[Path, ...], mine: Path, settings: Settings
) -> Inputs:
    """Give the study with a private copy of its scoring.

    Raises
    ------
    StudyError, PassingError
        As `pipeline.staged` says.
    """
    if len(parts) > 1:
        copied: StagedStudy | None = stage_set(parts, mine, "scoring")
    else:
        copied = stage_copy(parts[0], mine, "scoring") if parts else None
    hashes = [] if copied is None else [copied.sha256]
    header = scoring_files.header_beside(parts[0]) if len(parts) == 1 else None
    if header is not None:
        hashes.append(stage_copy(header, mine, "scoring").sha256)
    digest = provenance.result_digest(settings.analysis_record(), ",".join(hashes) or None)
    return Inputs(study=study, scoring=copied, key=key, digest=digest)


def _facts(copy: StagedStudy) -> dict[str, Any]:
    return {"sha256": copy.sha256, "size_bytes": copy.size_bytes}
