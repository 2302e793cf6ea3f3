"""Run where the adapter is installed without a Paddle: print what it says about that."""

from __future__ import annotations

import sys

from padiff.adapters import adapter_named
from padiff.errors import AdapterNotInstalledError

try:
    adapter_named("paddle")
except AdapterNotInstalledError as error:
    assert isinstance(error, ImportError)
    print(error)
else:
    sys.exit("paddle was found")
