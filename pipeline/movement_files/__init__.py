"""Movements that someone else scored: files in, the rule sets' tables out."""
