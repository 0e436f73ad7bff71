"""Whole nights with exact truth."""
