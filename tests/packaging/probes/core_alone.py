"""Run where only padiff-core is installed: it works, and knows what to say about what is missing."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import padiff
from padiff.errors import AdapterNotInstalledError, UnknownFrameworkError

for missing in ("torch", "paddle", "padiff_torch", "padiff_paddle"):
    assert find_spec(missing) is None, f"{missing} is installed"

assert not padiff.registry.layouts
assert not padiff.registry.inits

try:
    padiff.create_model(object())
except UnknownFrameworkError as error:
    print(error)
else:
    sys.exit("an object of no framework was taken for a model")

# What a module of a framework looks like where its adapter is not installed.
foreign = type("Linear", (), {"__module__": "torch.nn.modules.linear"})
try:
    padiff.create_model(foreign())
except AdapterNotInstalledError as error:
    assert "python -m pip install padiff-torch" in str(error), error
else:
    sys.exit("a torch module was taken for a model without padiff-torch")
