"""The file of `padiff run`: what it says, and what it may not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from padiff.cli.comparing.asked import Asked
from padiff.cli.comparing.outputs import Outputs
from padiff.cli.running.config import Command, Config, parse_config
from padiff.cli.running.reading import read_config
from padiff.errors import FileError, PadiffError

HERE = Path("/here")
BASE: dict[str, Any] = {"command": ["python", "a.py"], "trace": "out/base"}
RAW: dict[str, Any] = {"command": ["python", "b.py"], "trace": "out/raw"}


def parsed(**tables: Any) -> Config:
    return parse_config({"base": BASE, "raw": RAW, **tables}, HERE)


def test_little_need_be_said() -> None:
    assert parsed() == Config(
        Command("base", ("python", "a.py"), HERE, HERE / "out/base", {}, None),
        Command("raw", ("python", "b.py"), HERE, HERE / "out/raw", {}, None),
        parallel=False,
        asked=Asked(),
        outputs=Outputs(),
    )


def test_everything_may_be_said() -> None:
    base = {
        "command": "python 'my script.py' --lr 1e-3",
        "cwd": "../models",
        "trace": "/tmp/../trace",
        "timeout": 1.5,
        "env": {"A": "1", "B": ""},
    }
    compare = {
        "phase": "forward",
        "depth": 2,
        "ignore": ["head", "*.bias"],
        "html": "o.html",
        "markdown": "o.md",
        "json": "/o.json",
        "junit": "o.xml",
        "map": "map.toml",
        "tolerance_file": "rules.toml",
        "language": "zh",
    }
    found = parsed(base=base, compare=compare, parallel=True)
    assert found.base == Command(
        "base",
        ("python", "my script.py", "--lr", "1e-3"),
        Path("/models"),
        Path("/trace"),
        {"A": "1", "B": ""},
        1.5,
    )
    assert found.parallel
    assert found.asked == Asked(
        phase="forward",
        depth=2,
        ignore=("head", "*.bias"),
        rules=HERE / "rules.toml",
        layer_map=HERE / "map.toml",
    )
    assert found.outputs == Outputs(
        HERE / "o.html", HERE / "o.md", Path("/o.json"), junit=HERE / "o.xml", language="zh"
    )


def test_tolerances_are_read() -> None:
    found = parsed(compare={"atol": 0, "rtol": 1e-3, "mode": "mean"})
    assert found.asked == Asked(0, 1e-3, "mean")


WHAT = "The file of an alignment is not as it should be."
KEYS = "command, trace, cwd, env, timeout"
COMPARED = "atol, rtol, mode, phase, depth, ignore, tolerance_file, map, html, markdown, json, junit, language"


@pytest.mark.parametrize(
    ("tables", "where", "got", "expected", "hint"),
    [
        (
            {"paralel": True},
            "",
            "the unknown key 'paralel'",
            "base, raw, parallel, compare",
            "'parallel'",
        ),
        ({"parallel": 1}, "parallel", "1", "true or false", ""),
        ({"raw": {"command": "x"}}, "raw", "command", "the key 'trace'", ""),
        ({"raw": {**RAW, "timout": 1}}, "raw", "the unknown key 'timout'", KEYS, "'timeout'"),
        ({"raw": 7}, "raw", "7", "an object", ""),
        *(
            (
                {"raw": {**RAW, "trace": path}},
                "raw.trace",
                repr(path),
                "a folder apart from base's",
                "",
            )
            for path in ("./out//base", "out", "out/base/raw")
        ),
        ({"base": {**BASE, "trace": ""}}, "base.trace", "''", "a path", ""),
        ({"base": {**BASE, "cwd": 1}}, "base.cwd", "1", "a string", ""),
        ({"base": {**BASE, "timeout": 0}}, "base.timeout", "0", "a number of seconds > 0", ""),
        ({"base": {**BASE, "timeout": "1"}}, "base.timeout", "'1'", "a number", ""),
        (
            {"base": {**BASE, "command": []}},
            "base.command",
            "[]",
            "a program and its arguments",
            "",
        ),
        (
            {"base": {**BASE, "command": " "}},
            "base.command",
            "' '",
            "a program and its arguments",
            "",
        ),
        (
            {"base": {**BASE, "command": ["", "a.py"]}},
            "base.command",
            "['', 'a.py']",
            "a program and its arguments",
            "",
        ),
        ({"base": {**BASE, "command": ["a", 1]}}, "base.command[1]", "1", "a string", ""),
        ({"base": {**BASE, "command": 1}}, "base.command", "1", "a list", ""),
        ({"base": {**BASE, "env": {"A": 1}}}, "base.env.A", "1", "a string", ""),
        ({"base": {**BASE, "env": ["A=1"]}}, "base.env", "['A=1']", "an object", ""),
        ({"base": {**BASE, "env": 1}}, "base.env", "1", "an object", ""),
        (
            {"base": {**BASE, "env": {"PADIFF_TRACE": "x"}}},
            "base.env.PADIFF_TRACE",
            "'x'",
            "nothing: trace = says what PADIFF_TRACE is",
            "",
        ),
        *(
            (
                {"base": {**BASE, "env": {name: value}}},
                f"base.env.{name}",
                repr(name),
                "a name and a value that an environment can have",
                "",
            )
            for name, value in (("A=B", "x"), ("", "x"), ("A\0", "x"), ("A", "x\0"))
        ),
        ({"compare": {"rtoll": 1}}, "compare", "the unknown key 'rtoll'", COMPARED, "'rtol'"),
        (
            {"compare": {"mode": "meen"}},
            "compare.mode",
            "'meen'",
            "'strict' or 'mean' or 'abs_mean'",
            "'mean'",
        ),
        (
            {"compare": {"phase": "backward"}},
            "compare.phase",
            "'backward'",
            "'both' or 'forward'",
            "",
        ),
        ({"compare": {"language": "de"}}, "compare.language", "'de'", "'en' or 'zh'", ""),
        ({"compare": {"depth": -1}}, "compare.depth", "-1", "a whole number >= 0", ""),
        ({"compare": {"ignore": "head"}}, "compare.ignore", "'head'", "a list", ""),
        ({"compare": {"ignore": ["a", 1]}}, "compare.ignore[1]", "1", "a string", ""),
        ({"compare": {"html": ""}}, "compare.html", "''", "a path", ""),
        ({"compare": {"rtol": float("inf")}}, "compare.rtol", "inf", "a finite number", ""),
    ],
)
def test_what_it_may_not_say(
    tables: dict[str, Any], where: str, got: str, expected: str, hint: str
) -> None:
    with pytest.raises(FileError) as refusal:
        parsed(**tables)
    hint = f"did you mean {hint}?" if hint else ""
    assert str(refusal.value) == str(
        FileError(WHAT, where=where, got=got, expected=expected, hint=hint)
    )


@pytest.mark.parametrize("side", ["base", "raw"])
def test_either_side_must_be_there(side: str) -> None:
    tables = {"base": BASE, "raw": RAW}
    del tables[side]
    with pytest.raises(FileError) as refusal:
        parse_config(tables, HERE)
    assert refusal.value.expected == f"the key {side!r}"


@pytest.mark.parametrize("word", ["|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>&1"])
def test_a_string_is_no_line_for_a_shell(word: str) -> None:
    with pytest.raises(FileError) as refusal:
        parsed(base={**BASE, "command": f"python a.py {word} x"})
    assert refusal.value.expected == "a program and its arguments"
    assert refusal.value.hint == (
        f"{word} is for a shell, and none is started:"
        f' command = ["sh", "-c", "python a.py {word} x"]'
    )


def test_a_string_is_split_as_a_shell_would() -> None:
    with pytest.raises(FileError) as refusal:
        parsed(base={**BASE, "command": "python 'a.py"})
    assert (refusal.value.expected, refusal.value.hint) == ("a command", "No closing quotation")


def test_a_negative_tolerance_is_none() -> None:
    with pytest.raises(PadiffError, match="rtol is no tolerance"):
        parsed(compare={"rtol": -1})


def test_an_error_names_the_file_and_the_place_in_it(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("[base]\ncommand = 'x'\ntrace = 1\n[raw]\n")
    with pytest.raises(FileError) as refusal:
        read_config(file)
    assert str(refusal.value) == (
        f"{WHAT}\n  where:    {file}, base.trace\n  got:      1\n  expected: a string"
    )


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    with pytest.raises(FileError) as refusal:
        read_config(file)
    assert str(refusal.value) == (
        f"A file could not be read.\n  where:    {file}\n  got:      No such file or directory"
    )


@pytest.mark.parametrize("text", [b"[base", b"a = \xff", b"a = 1\na = 2"])
def test_what_is_no_toml_cannot_be_read(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(text)
    with pytest.raises(FileError) as refusal:
        read_config(file)
    assert (refusal.value.what, refusal.value.where) == ("A file is no TOML.", str(file))
    assert refusal.value.got


def test_paths_are_relative_to_the_files_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.toml").write_text(
        "[base]\ncommand = 'x'\ntrace = 'a'\n[raw]\ncommand = 'x'\ntrace = 'b'\n"
    )
    monkeypatch.chdir(tmp_path)
    found = read_config(Path("deep/a.toml"))
    assert found.base.trace == (tmp_path / "deep" / "a").resolve()
    assert found.raw.cwd == (tmp_path / "deep").resolve()
