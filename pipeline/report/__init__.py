"""One self-contained HTML page per night."""
