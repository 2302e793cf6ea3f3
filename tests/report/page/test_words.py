"""Every sentence of the page, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from padiff.compare.verdict import Verdict
from padiff.linting.finding import SEVERITIES
from padiff.report.meaning import Meaning
from padiff.report.modules import Relation
from padiff.report.page.data import Outcome
from padiff.report.page.render import PROGRAM, resource
from padiff.report.units import Phase

WORDS: dict[str, dict[str, Any]] = json.loads(resource("words.json"))
LANGUAGES = ("en", "zh")
PROGRAM_TEXT = "\n".join(resource(f"app/{name}.js") for name in PROGRAM)
PHASES = get_args(Phase)
VERDICTS = [verdict.value for verdict in Verdict]

FAMILIES = {
    # Keys the program puts together, by what comes before the field.
    "side.": ["base", "raw"],
    "phase.": PHASES,
    "verdict.": [
        *VERDICTS,
        "nothing",
        "origin",
        *(f"{v}.means" for v in [*VERDICTS, "nothing", "origin"]),
    ],
    "outcome.": get_args(Outcome),
    "story.": get_args(Outcome),
    "meaning.": [meaning for meaning in get_args(Meaning) if meaning != "layer"],
    "by.": [*get_args(Relation), *(f"{why}.means" for why in ("inside", "ignored", "alone"))],
    "state.": [
        f"{s}_means" for s in ("origin", "inherits", "differs", "absorbs", "agrees", "nothing")
    ],
    "received.": PHASES,
    "produced.": PHASES,
    "severity.": SEVERITIES,
    "lint.": SEVERITIES,
    "scale.": ["absolute", "relative"],
    "summary.": ["shape", "dtype"],
    "error.": ["shape", "dtype"],
}


def fields(text: str | list[str]) -> list[set[str]]:
    forms = [text] if isinstance(text, str) else text
    return [set(re.findall(r"\{(\w+)\}", form)) for form in forms]


def keys_in_full() -> set[str]:
    """Keys that stand in the program and in the template as they are."""
    quoted = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)+)"', PROGRAM_TEXT))
    labels = set(re.findall(r'data-label="([\w.]+)"', resource("template.html")))
    return quoted | labels | {"root", "step", "call", "colon"}


def keys_put_together() -> set[str]:
    return {f"{family}{name}" for family, names in FAMILIES.items() for name in names}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(WORDS["en"]) == list(WORDS["zh"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    for key, text in WORDS[language].items():
        assert all([text] if isinstance(text, str) else text), key


def test_a_sentence_has_the_same_fields_in_all_its_forms() -> None:
    for key in WORDS["en"]:
        forms = [form for language in LANGUAGES for form in fields(WORDS[language][key])]
        counted = [form - {"n"} for form in forms]
        assert all(form == counted[0] for form in counted), key


def test_a_sentence_with_two_forms_has_one_for_one_and_one_for_more() -> None:
    assert {len(t) for words in WORDS.values() for t in _values(words) if isinstance(t, list)} == {
        2
    }


def _values(words: dict[str, Any]) -> Iterator[Any]:
    return (text for key, text in words.items() if key not in LANGUAGES)


def test_every_key_that_is_used_is_there() -> None:
    used = {key for key in keys_in_full() if key.partition(".")[0] in _areas()}
    assert used | keys_put_together() <= set(WORDS["en"])


def test_every_key_that_is_there_is_used() -> None:
    assert set(WORDS["en"]) - keys_in_full() - keys_put_together() == set()


def _areas() -> set[str]:
    return {key.partition(".")[0] for key in WORDS["en"]}


def test_every_family_of_keys_is_known() -> None:
    assert set(re.findall(r"`([a-z_]+\.)\$\{", PROGRAM_TEXT)) == set(FAMILIES)


def test_chinese_has_no_sentence_left_in_english() -> None:
    same = {key for key in WORDS["en"] if WORDS["en"][key] == WORDS["zh"][key]}
    assert same == {
        "side.base",
        "side.raw",
        "error.shape",
        "error.dtype",
        "metric.base",
        "metric.raw",
        "metric.ulps",
    }
