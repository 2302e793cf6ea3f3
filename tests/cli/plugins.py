"""A plugin as an old version of one of our own packages would have it."""

from __future__ import annotations

from padiff.adapters import Plugin

OURS = Plugin("torch", "torch", "padiff-torch-old", lambda: NotImplemented, lambda _: None)
