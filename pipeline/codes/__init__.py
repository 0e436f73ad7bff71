"""Codes of errors and notices, and what is to be known of each."""

from pipeline.codes.code import Code

__all__ = ["Code"]
