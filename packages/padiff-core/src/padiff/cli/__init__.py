"""The console command, `padiff`; also `python -m padiff`. Each of its commands has a file of its own."""

from padiff.cli.application import app, main

__all__ = ["app", "main"]
