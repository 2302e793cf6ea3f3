"""Files for `padiff run`, whose commands are Python code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["IDLE", "align_file", "recording"]

IDLE = "import time\nwhile True: time.sleep(60)\n"


def recording(trace: Path) -> str:
    """Code that puts a copy of a trace where it is told to record."""
    return (
        "import os, shutil\n"
        "shutil.rmtree(os.environ['PADIFF_TRACE'], ignore_errors=True)\n"
        f"shutil.copytree({str(trace)!r}, os.environ['PADIFF_TRACE'])\n"
    )


def align_file(
    folder: Path, base: str, raw: str = "", *, head: str = "", side: str = "", compare: str = ""
) -> Path:
    """Write a file whose two commands run code; `head`, `side` and `compare` are added to it."""
    path = folder / "align.toml"
    tables = [
        f"[{name}]\ncommand = {json.dumps([sys.executable, '-c', code])}\n"
        f"trace = {json.dumps(f'out/{name}')}\n{side}\n"
        for name, code in (("base", base), ("raw", raw))
    ]
    path.write_text("\n".join([head, *tables, "[compare]", compare]), "utf-8")
    return path
