"""Recording a part of what happens: which modules, and what of their tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import padiff
from padiff.errors import UsageError
from tests.trace.recording import Recording, paths_of

__all__ = ["LimitsLaws"]


class LimitsLaws(Recording):
    def nested(self) -> Any:
        """`body.fc`, `body.act` and `head`; `body.act` is also `act`."""
        native = self.native
        act = native.module(lambda _, x: x.tanh())
        body = native.module(lambda self, x: self.act(self.fc(x)), fc=native.linear(4, 3), act=act)
        return native.module(
            lambda self, x: self.act(self.head(self.body(x))),
            body=body,
            head=native.linear(3, 2),
            act=act,
        )

    @pytest.mark.parametrize(
        ("options", "expected", "words"),
        [
            ({}, ["", "body", "body.fc", "body.act", "head", "body.act"], ()),
            ({"depth": 0}, [""], ("only modules down to depth 0",)),
            # The module at body.act stands at act too, which is within the limits.
            (
                {"depth": 1},
                ["", "body", "body.act", "head", "body.act"],
                ("only modules down to depth 1",),
            ),
            ({"only": ["body.*"]}, ["", "body.fc", "body.act", "body.act"], None),
            ({"only": ["act"]}, ["", "body.act", "body.act"], None),
            ({"only": ["head", "body"]}, ["", "body", "head"], ("only modules at head, body",)),
            ({"classes": ["Linear"]}, ["", "body.fc", "head"], ("only modules of class Linear",)),
            ({"classes": ["Linear"], "depth": 1}, ["", "head"], None),
        ],
    )
    def test_only_what_is_asked_for_is_recorded(
        self, tmp_path: Path, options: dict[str, Any], expected: list[str], words: Any
    ) -> None:
        model = self.nested()
        trace = self.recorded(model, tmp_path / "t", lambda: model(self.batch()), **options)
        (step,) = trace.steps
        assert paths_of(trace, step) == expected
        watched = {entry.path for entry in trace.index.modules if entry.watched and entry.same < 0}
        assert watched == set(expected)
        if words is not None:
            assert trace.index.limits == words
        assert len(trace.index.initial) == 4  # the state is there whatever is called

    def test_a_class_itself(self, tmp_path: Path) -> None:
        model = self.nested()
        trace = self.recorded(
            model, tmp_path / "t", lambda: model(self.batch()), classes=[type(model.head)]
        )
        assert paths_of(trace, trace.steps[0]) == ["", "body.fc", "head"]
        assert trace.index.limits == ("only modules of class Linear",)

    def test_calls_within_what_is_left_out_belong_to_what_is_around(self, tmp_path: Path) -> None:
        model = self.nested()
        trace = self.recorded(
            model, tmp_path / "t", lambda: model(self.batch()), only=["body.fc", "head"]
        )
        assert [call.parent for call in trace.steps[0].calls] == [-1, 0, 0]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (
                {"only": ["bodi.*"]},
                (
                    "only= names what is not in the model.\n"
                    "  got:      'bodi.*'\n"
                    "  expected: a path of a module of the model"
                ),
            ),
            (
                {"classes": ["Linea"]},
                (
                    "classes= names what is not in the model.\n"
                    "  got:      Linea\n"
                    "  expected: the class of a module of the model"
                ),
            ),
            (
                {"classes": [dict]},
                (
                    "classes= names what is not in the model.\n"
                    "  got:      dict\n"
                    "  expected: the class of a module of the model"
                ),
            ),
            ({"only": "fc"}, "only= takes a list.\n  got:      'fc'\n  expected: only=['fc']"),
            (
                {"classes": "Linear"},
                "classes= takes a list.\n  got:      'Linear'\n  expected: classes=['Linear']",
            ),
            (
                {"classes": int},
                (
                    "classes= takes a list.\n"
                    "  got:      <class 'int'>\n"
                    "  expected: classes=[<class 'int'>]"
                ),
            ),
            (
                {"depth": -1},
                "depth= is no depth.\n  got:      -1\n  expected: >= 0, or None",
            ),
            (
                {"depth": True},
                "depth= is no depth.\n  got:      True\n  expected: >= 0, or None",
            ),
            (
                {"steps": 0},
                "steps= is no number of steps.\n  got:      0\n  expected: >= 1",
            ),
            (
                {"steps": True},
                "steps= is no number of steps.\n  got:      True\n  expected: >= 1",
            ),
            (
                {"every": 1.5},
                "every= is no number of steps.\n  got:      1.5\n  expected: >= 1",
            ),
            (
                {"rank": -1},
                "rank= is no number of a process.\n  got:      -1\n  expected: >= 0",
            ),
            (
                {"rank": "../x"},
                "rank= is no number of a process.\n  got:      '../x'\n  expected: >= 0",
            ),
            (
                {"level": "all"},
                "level= is unknown.\n  got:      'all'\n  expected: 'full', 'statistics', 'hash'",
            ),
            (
                {"optimizer": []},
                (
                    "What is to be watched makes no steps.\n"
                    "  got:      list without {steps}\n"
                    "  expected: one optimizer"
                ),
            ),
        ],
    )
    def test_what_makes_no_sense_is_refused_before_the_block(
        self, tmp_path: Path, options: dict[str, Any], message: str
    ) -> None:
        steps = "step or minimize" if self.native.transposes else "step"
        with (
            pytest.raises(UsageError) as caught,
            padiff.record(self.nested(), tmp_path / "t", **options),
        ):
            raise AssertionError
        assert str(caught.value) == message.replace("{steps}", steps)
        assert list(tmp_path.iterdir()) == []
