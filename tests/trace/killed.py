"""Write a trace over another, again and again, each time killed a little later: `python killed.py FOLDER`.

Each time in a process of its own, which kills itself at its n-th operation on the file system. What is
then to be found goes out as a JSON list: the number of steps of the trace that is there, or what is said of
none.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from safetensors.numpy import save_file

from padiff.errors import TraceError
from padiff.trace import shards
from padiff.trace.trace import Trace
from tests.cli.traces import Net, write_trace

OLD, NEW = Net(steps=1), Net(steps=2, backward=True)


def dies_after(count: int, folder: Path) -> None:
    """Kill this process at its n-th operation within a folder."""
    left = [count]

    def operation(name: str = "", args: tuple[Any, ...] = ()) -> None:
        if name and not any(str(folder) in str(argument) for argument in args):
            return
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def half(tensors: Any, path: Path) -> None:
        operation()
        save_file(tensors, path)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        operation()
        path.write_bytes(whole)

    vars(shards)["save_file"] = half
    sys.addaudithook(operation)


def killed_at(count: int, folder: Path) -> bool:
    """Write the new trace over the old one; whether it came to be killed."""
    shutil.rmtree(folder, ignore_errors=True)
    write_trace(folder / "t", OLD)
    child = os.fork()
    if not child:
        dies_after(count, folder)
        write_trace(folder / "t", NEW)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def found(folder: Path) -> int | str:
    """What is to be found of the trace."""
    try:
        trace = Trace(folder / "t")
        trace.check_values()
        return len(trace.steps)
    except TraceError as error:
        names = [entry.name for entry in folder.iterdir() if entry.name.startswith(".")]
        return error.what if all(name in error.got for name in names) else str(error)


if __name__ == "__main__":
    place, outcomes, number = Path(sys.argv[1]), [], 0
    while killed_at(number, place):
        outcomes.append(found(place))
        number += 1
    outcomes.append(found(place))
    sys.stdout.write(json.dumps(outcomes))
