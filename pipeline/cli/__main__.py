"""`python -m pipeline.cli` is the `hypnic` command."""

from pipeline.cli.app import main

main()
