"""Automatic staging: features, models and the interface that gives stages with probabilities."""
