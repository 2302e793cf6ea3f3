"""TOML that people, and names of layers, may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from padiff.errors import FileError
from padiff.files.toml import quoted, read_toml


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain", "plain"),
        ('a"b\\c\n\t\x00\x7f', 'a"b\\c\n\t\x00\x7f'),
        ("\u5c42 \U0001f600", "\u5c42 \U0001f600"),
        ("half \ud800", "half ?"),
    ],
)
def test_any_name_is_read_back(text: str, read: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(f"name = {quoted(text)}", "utf-8")
    assert read_toml(path) == {"name": read}


def test_tables_too_deep_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("a = " + "[" * 5000, "utf-8")
    with pytest.raises(FileError) as caught:
        read_toml(path)
    assert caught.value.what == "A file is no TOML."
    assert caught.value.where == str(path)
