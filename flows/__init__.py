"""Prefect flows: a thin layer over the core; nothing in the core knows them."""
