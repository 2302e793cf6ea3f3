"""Carry a trained OCR network from torch to paddle and back, and read the same lines with both.

Run it with `hatch run demo`, or with `python examples/ocr/main.py` where padiff, both adapters and
`khmer-ocr-ocm` are installed. `--tensors` also lists every tensor. The exit code is 0 only if both
networks read the same text, and the weights come back bit for bit. The story itself is in `demo.py`.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence

from rich.console import Console


def main(arguments: Sequence[str] | None = None, console: Console | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="A trained network, from torch to paddle and back."
    )
    parser.add_argument("--tensors", action="store_true", help="list every tensor, not only layers")
    options = parser.parse_args(arguments)
    console = console or Console(highlight=False)
    # paddle looks for a compiler cache that only custom operators would use.
    warnings.filterwarnings("ignore", message="No ccache found")
    with console.status("importing torch and paddle"):
        from demo import demo
    return 0 if demo(console, every_tensor=options.tensors) else 1


if __name__ == "__main__":
    sys.exit(main())
