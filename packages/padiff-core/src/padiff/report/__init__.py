"""What an alignment found, and the ways to show it and to keep it."""

from __future__ import annotations

from padiff.report.saved import load_report

__all__ = ["load_report"]
