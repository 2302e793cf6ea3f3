"""The paddle adapter of padiff. Importing it does not import paddle."""

from padiff_paddle.plugin import PLUGIN

__all__ = ["PLUGIN"]
