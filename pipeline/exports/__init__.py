"""Published nights opened and exported; the folders themselves are never changed."""

from pipeline.exports.opened import OpenedNight, open_result, open_results

__all__ = ["OpenedNight", "open_result", "open_results"]
