"""The `hypnic` command; heavy modules load when a command runs, so that help comes at once."""

from pipeline.cli.app import main

__all__ = ["main"]
