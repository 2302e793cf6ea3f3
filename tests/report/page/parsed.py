"""A page as a browser takes it apart, without one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

__all__ = ["Element", "Page", "parse"]

_VOID = {"meta"}


@dataclass(slots=True)
class Element:
    """One element, with the text that is directly in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class Page:
    """All elements, in the order in which they begin."""

    elements: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        """Every element of this tag."""
        return [element for element in self.elements if element.tag == tag]

    def json(self, name: str) -> Any:
        """The data in the element of this id."""
        [found] = [e for e in self.elements if e.attributes.get("id") == name]
        return json.loads(found.text)

    @property
    def scripts(self) -> list[str]:
        """What is run, in order."""
        return [e.text for e in self.all("script") if "type" not in e.attributes]

    @property
    def policy(self) -> dict[str, str]:
        """The Content-Security-Policy by directive."""
        [meta] = [e for e in self.all("meta") if "http-equiv" in e.attributes]
        rules = (rule.partition(" ") for rule in meta.attributes["content"].split("; "))
        return {name: value for name, _, value in rules}


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.page.elements.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data


def parse(html: str) -> Page:
    """Take a page apart; every element that needs it must be closed."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert not parser.open
    return parser.page
