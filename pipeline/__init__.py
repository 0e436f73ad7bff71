"""The core of hypnic: from an EDF study to a scored night, without any orchestrator."""

__version__ = "0.1.0"
