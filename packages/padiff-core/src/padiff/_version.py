"""The one version of the three packages: each ``pyproject.toml`` reads it from here."""

__version__ = "0.1.0"
