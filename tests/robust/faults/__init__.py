"""Faults of the system put into one study's life, call by call; `python -m tests.robust.faults`."""
