"""Run the Python blocks of a document: `python session.py DOCUMENT < blocks`.

The blocks come as a JSON list of `[line, text]` and share one namespace, as if they were typed one
after the other. What each printed goes out as a JSON list. Tracebacks show lines of the document.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout
from types import ModuleType


def run(document: str, blocks: list[tuple[int, str]]) -> list[str]:
    """Run the blocks; what each printed."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    printed = []
    for line, text in blocks:
        code = compile("\n" * (line - 1) + text, document, "exec", dont_inherit=True)
        with redirect_stdout(io.StringIO()) as output:
            exec(code, module.__dict__)
        printed.append(output.getvalue())
    return printed


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1], json.loads(sys.stdin.read()))))
