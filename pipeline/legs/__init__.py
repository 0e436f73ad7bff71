"""Legs: conditioning, envelopes, bursts, movements, series, sleep starts and their neighbours."""
