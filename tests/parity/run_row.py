"""Run the paddle side of one row: `python -m tests.parity.run_row 89`. It may take the process along."""

from __future__ import annotations

import sys

from .cases import CASES
from .sides import PADDLE


def main(row: int) -> None:
    """Build, fill and run the layer of `row`, and print the name of the case."""
    case = CASES[row - 1]
    PADDLE.outputs(case, PADDLE.model(case, "float32", 1), "float32")
    sys.stdout.write(f"{case.id}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
