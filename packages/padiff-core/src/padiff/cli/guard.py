"""What becomes of an error in a command: a message, and a status that is never that of a verdict."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from typing import ParamSpec

import typer

from padiff.cli.outcome import Outcome
from padiff.cli.stopping import Stopped
from padiff.errors import PadiffError

__all__ = ["guarded"]

_P = ParamSpec("_P")


def guarded(command: Callable[_P, None]) -> Callable[_P, None]:
    """A command whose errors end the process as they should.

    An error of padiff's own is its text on standard error, any other its traceback and a line that
    says so; the status of both is 2. Ctrl-C is 130, a signal 128 and its number.
    """

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except PadiffError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(Outcome.NOT_JUDGED) from None
        except Stopped as stop:
            typer.echo(str(stop), err=True)
            raise typer.Exit(stop.status) from None
        except KeyboardInterrupt:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(130) from None
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it is no verdict
            typer.echo(traceback.format_exc(), err=True, nl=False)
            said = traceback.format_exception_only(error)[-1].strip()
            typer.echo(f"padiff failed with an error it did not expect: {said}", err=True)
            raise typer.Exit(Outcome.NOT_JUDGED) from None

    return run
