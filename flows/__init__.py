"""Prefect flows: a thin layer over the core; nothing in the core knows them.

Importing this package, before Prefect, says no to every kind of telemetry.
"""

import os

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "pipeline")
# The embedded server takes 11 to 27 s to start, and longer the first time.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
