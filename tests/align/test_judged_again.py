"""A report judged by other tolerances says what aligning with these would have said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn import BatchNorm1d, Linear
from torch.optim import SGD

import padiff
from padiff.compare.metrics import Metrics
from padiff.compare.rules import Rule, Tolerances
from padiff.compare.verdict import NotJudgeableError, Verdict
from padiff.report.alignment import AlignmentReport
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)
ANYTHING = Tolerances((Rule("*", atol=1e30, rtol=0.0),))


def stated(atol: float, rtol: float = 0.0) -> Tolerances:
    return Tolerances((Rule("*", atol=atol, rtol=rtol),))


def places(report: AlignmentReport) -> list[tuple[Any, ...]]:
    return [(o.phase, o.base_path, o.call, o.step, o.what, o.between) for o in report.origins]


def verdicts(report: AlignmentReport) -> dict[tuple[Any, ...], tuple[Verdict | None, str]]:
    return {
        (u.step, u.phase, u.base_path, u.call, place, t.name): (t.verdict, t.note)
        for u in report.units
        for place, tensors in (("in", u.received), ("out", u.produced))
        for t in tensors
    }


def check(base: Net, raw: Net, tolerances: Tolerances, **options: Any) -> AlignmentReport:
    """Judging a report in which everything agreed, by what an alignment is run with then."""
    made = padiff.align(base, raw, X, tolerance=ANYTHING, detail=True, **options)
    assert made
    again = AlignmentReport.from_dict(made.to_dict()).judged_with(tolerances)
    live = padiff.align(base, raw, X, tolerance=tolerances, **options)
    assert places(again) == places(live)
    assert bool(again) is bool(live)
    assert again.tolerance == live.tolerance
    expected = verdicts(live)
    assert {key: verdict for key, verdict in verdicts(again).items() if key in expected} == expected
    return again


def nudged(base: Net, *names: str, by: float = 1e-3) -> Net:
    raw = twin(base)
    with torch.no_grad():
        for name in names:
            getattr(raw, name).bias += by
    return raw


@pytest.mark.parametrize("atol", [1e-2, 1e-4, 0.0])
@pytest.mark.parametrize("single_step", [False, True])
def test_a_chain(atol: float, single_step: bool) -> None:
    base = chain(4, 4, 4, 4)
    report = check(base, nudged(base, "b"), stated(atol), single_step=single_step)
    assert bool(report) is (atol == 1e-2)


def test_several_faults() -> None:
    base = chain(4, 4, 4, 4, 4)
    report = check(base, nudged(base, "b", "d"), stated(1e-4), single_step=True)
    assert len(report.origins) == 2


def nested() -> Net:
    torch.manual_seed(0)
    return Net(
        lambda self, x: self.out(self.inner(x)),
        inner=Net(lambda self, x: self.fc(x) + x, fc=Linear(4, 4)),
        out=Linear(4, 4),
    )


def test_code_between_layers() -> None:
    base = nested()
    raw = twin(base)
    raw.run = lambda self, x: self.out(self.inner(x) * 1.01)
    report = check(base, raw, stated(1e-5))
    assert report.origins[0].between == ("inner", "out")


def test_containers_that_draw_their_limits_differently_are_set_aside() -> None:
    torch.manual_seed(0)
    base = Net(lambda self, x: self.model(self.first(x)), first=Linear(4, 4), model=nested())
    raw = twin(base)
    raw.model.run = lambda self, x: self.out(self.inner(x) + x)
    raw.model.inner.run = lambda self, x: self.fc(x)
    report = check(base, raw, stated(1e-5))
    assert report
    aside = {key[:3]: note for key, (verdict, note) in verdicts(report).items() if verdict is None}
    assert (
        aside[0, "forward", "model.inner"] == "it differs, and makes no difference to what follows"
    )
    assert aside[0, "backward", "model.inner"] == "the two containers draw their limits differently"


def test_what_was_set_aside_is_looked_at_again() -> None:
    base = nested()
    raw = twin(base)
    raw.run = lambda self, x: self.out(self.inner(x) + x)
    raw.inner.run = lambda self, x: self.fc(x)
    strict = padiff.align(base, raw, X, tolerance=stated(1e-5), detail=True)
    assert strict
    assert None in {verdict for verdict, _ in verdicts(strict).values()}
    loose = strict.judged_with(stated(100.0))
    assert loose
    assert None not in {verdict for verdict, _ in verdicts(loose).values()}
    assert {note for _, note in verdicts(loose).values()} == {""}
    assert set(loose.judged_with(stated(1e-5)).to_dict()) == set(strict.to_dict())
    assert verdicts(loose.judged_with(stated(1e-5))) == verdicts(strict)


def test_a_parameter_of_a_container_that_is_set_aside_counts() -> None:
    def net() -> Net:
        torch.manual_seed(0)
        inner = Net(lambda self, x: self.fc(x) * self.gain + x, fc=Linear(4, 4))
        inner.gain = torch.nn.Parameter(torch.ones(4))
        return Net(lambda self, x: self.out(self.inner(x)), inner=inner, out=Linear(4, 4))

    base, raw = net(), net()
    raw.run = lambda self, x: self.out(self.inner(x) + x)
    raw.inner.run = lambda self, x: self.fc(x) * self.gain
    check(base, raw, stated(1e-5))


def test_buffers_and_weights() -> None:
    torch.manual_seed(0)
    base = Net(lambda self, x: self.norm(self.a(x)), a=Linear(4, 4), norm=BatchNorm1d(4))
    raw = twin(base)
    raw.norm.momentum = 0.2
    report = check(base, raw, stated(1e-4))
    assert {(o.phase, o.what) for o in report.origins} <= {
        ("update", "running_mean"),
        ("update", "running_var"),
    }


def steppers(base: Net, raw: Net, rates: tuple[float, float]) -> tuple[Any, Any]:
    return SGD(base.parameters(), rates[0]), SGD(raw.parameters(), rates[1])


def test_an_optimizer() -> None:
    base = chain(4, 4, 4)
    raw = twin(base)
    made = padiff.align(
        base, raw, X, optimizers=steppers(base, raw, (0.1, 0.2)), tolerance=ANYTHING, detail=True
    )
    live = padiff.align(
        base, raw, X, optimizers=steppers(base, raw, (0.1, 0.2)), tolerance=stated(1e-5)
    )
    again = made.judged_with(stated(1e-5))
    assert places(again) == places(live)
    assert "the optimizer" in str(again)


def test_the_backward_pass() -> None:
    from tests.align.test_single_step import wrong_backward

    base, raw = wrong_backward(), wrong_backward("a", "c")
    for single_step, found in ((False, ["c"]), (True, ["c", "a"])):
        made = padiff.align(base, raw, X, tolerance=ANYTHING, detail=True, single_step=single_step)
        again = made.judged_with(stated(1e-6))
        assert [(o.phase, o.base_path) for o in again.origins] == [("backward", f) for f in found]
        untried = [note for note in again.notes if "was not tried" in note]
        assert len(untried) == (not single_step)


def test_gradients_that_differed_before_are_no_news() -> None:
    from tests.align.test_single_step import scaled

    base = Net(lambda self, x: x * self.gain)
    base.gain = torch.nn.Parameter(torch.ones(4))
    raw = twin(base)
    raw.run = lambda self, x: x * scaled(self.gain)
    made = padiff.align(base, raw, X, detail=True)
    assert [origin.phase for origin in made.origins] == ["backward"]
    again = made.judged_with(stated(1e-7))
    assert not again
    assert not any("was not tried" in note for note in again.notes)


def test_nothing_is_said_of_gradients_where_the_forward_pass_alone_differs() -> None:
    base = Net(lambda self, x: self.a(x), a=Linear(4, 4))
    again = check(base, nudged(base, "a"), stated(1e-6))
    assert again.origins[0].phase == "forward"
    assert not any("was not tried" in note for note in again.notes)


def test_only_the_backward_pass() -> None:
    base = nested()
    raw = twin(base)
    raw.run = lambda self, x: self.out(self.inner(x) + x)
    raw.inner.run = lambda self, x: self.fc(x)
    check(base, raw, stated(1e-5), phase="backward", single_step=True)


def test_rules_by_path() -> None:
    base = chain(4, 4, 4)
    raw = nudged(base, "a")
    strict, loose = Rule("*", atol=1e-5), Rule("a*", atol=1.0)
    check(base, raw, Tolerances((strict,)))
    report = check(base, raw, Tolerances((strict, loose)))
    assert report.origins


def test_the_defaults() -> None:
    base = chain(4, 4, 4)
    assert not check(base, nudged(base, "a"), Tolerances()).judged_with(stated(1e-5))
    made = padiff.align(base, twin(base), X, detail=True)
    assert made.judged_with(Tolerances())
    assert made.judged_with(Tolerances((), "mean"))


@pytest.mark.parametrize("mode", ["mean", "abs_mean"])
def test_the_mean(mode: Any) -> None:
    base = chain(4, 4, 4)
    raw = nudged(base, "a")
    for atol in (1e-2, 1e-6):
        check(base, raw, Tolerances((Rule("*", atol=atol, rtol=0.0, mode=mode),)))


def test_steps_after_a_difference() -> None:
    base = chain(4, 4)
    raw = twin(base)
    made = padiff.align(
        base,
        raw,
        X,
        optimizers=steppers(base, raw, (0.1, 0.1001)),
        steps=3,
        tolerance=ANYTHING,
        detail=True,
    )
    again = made.judged_with(stated(1e-7))
    assert {origin.step for origin in again.origins} == {0}
    assert {unit.step for unit in again.units} == {0, 1, 2}


def test_what_never_ran_is_not_aligned() -> None:
    base = chain(4, 4)
    raw = nudged(base, "a")
    made = padiff.align(base, raw, X, tolerance=stated(1e-5), detail=True)
    assert made.unrun == ("backward",)
    again = made.judged_with(stated(1.0))
    assert not again.origins
    assert not again
    assert str(again).startswith("Not complete: all that was compared agrees, but not compared was")
    forward = padiff.align(base, raw, X, tolerance=stated(1e-5), detail=True, phase="forward")
    assert forward.judged_with(stated(1.0))


def test_shapes_that_differ_are_wrong_under_any_tolerance() -> None:
    base = Net(lambda _, x: x * 1)
    raw = Net(lambda _, x: x[:2] * 1)
    made = padiff.align(base, raw, X, detail=True, phase="forward")
    assert not made.judged_with(ANYTHING)


def test_what_is_known_of_an_origin_is_kept() -> None:
    base = chain(4, 4, 4)
    raw = nudged(base, "a")
    made = padiff.align(base, raw, X, tolerance=stated(1e-5), detail=True)
    assert made.origins[0].hints
    again = made.judged_with(stated(1e-4))
    assert again.origins[0].hints == made.origins[0].hints
    assert not [note for note in again.notes if "no hints were tried" in note]


def test_of_a_new_origin_no_hints_were_tried() -> None:
    base = chain(4, 4, 4)
    raw = nudged(base, "a")
    made = padiff.align(base, raw, X, tolerance=stated(1.0), detail=True)
    again = made.judged_with(stated(1e-4))
    assert again.origins[0].hints == ()
    note = "Judged again: no hints were tried for the difference in forward at a, call 0."
    assert again.notes.count(note) == 1
    assert again.judged_with(stated(1e-4)).notes == ()
    assert again.judged_with(stated(1.0)).notes == ()


def test_the_lint_knows_of_a_new_origin() -> None:
    torch.manual_seed(0)
    base = Net(lambda self, x: self.norm(x), norm=torch.nn.LayerNorm(4))
    raw = twin(base)
    raw.norm.eps = 1e-3
    made = padiff.align(base, raw, X, tolerance=stated(1.0), detail=True)
    assert made
    again = made.judged_with(stated(1e-6))
    assert [finding.subject for finding in again.origins[0].findings] == ["epsilon"]


def test_a_rule_no_tensor_falls_under_is_noted() -> None:
    base = chain(4, 4)
    made = padiff.align(base, twin(base), X, detail=True)
    again = made.judged_with(Tolerances((Rule("*", atol=1.0), Rule("head.*", atol=1.0))))
    assert again.notes == ("Judged again: no tensor falls under the rule for head.*.",)


def test_the_numbers_are_those_of_the_new_tolerance() -> None:
    base = chain(4, 4)
    made = padiff.align(base, nudged(base, "a"), X, detail=True, phase="forward")
    lines = str(made.judged_with(stated(9e-4, 1e-5))).splitlines()
    assert lines[2] == "  output: at least 3 and at most 12 of 12 elements are out of tolerance"
    assert lines[6] == "    allowed: |base - raw| <= 0.0009 + 1e-05 * |base|"


def test_measured_without_detail() -> None:
    base = Net(lambda _, x: x * torch.tensor([1.0, 10.0, 100.0]))
    raw = Net(lambda _, x: x * torch.tensor([1.01, 10.05, 100.1]))
    ones = torch.ones(3)
    made = padiff.align(base, raw, ones, phase="forward", rtol=0.0, atol=1e-5)
    assert made.judged_with(stated(0.2, 0.0))
    with pytest.raises(NotJudgeableError) as caught:
        made.judged_with(stated(0.025, 0.001))
    assert str(caught.value) == (
        "1 tensor cannot be judged again.\n"
        "  where:    output of (root)\n"
        "  got:      metrics that do not tell whether the tolerance holds\n"
        "  expected: tensors measured in detail\n"
        "  hint:     compare the models again, with detail=True"
    )
    made = padiff.align(base, raw, ones, phase="forward", rtol=0.0, atol=1e-5, detail=True)
    assert not made.judged_with(stated(0.025, 0.001))


def test_statistics_cannot_be_judged_again() -> None:
    base = chain(4, 4)
    made = replace(padiff.align(base, twin(base), X, detail=True), level="statistics")
    with pytest.raises(NotJudgeableError) as caught:
        made.judged_with(stated(1.0))
    assert str(caught.value) == (
        "A comparison without values cannot be judged again.\n"
        "  got:      a report of traces that were compared by statistics\n"
        "  expected: one of traces that hold values, or of models"
    )


def test_one_measurement_stays_one() -> None:
    base = Net(lambda self, x: self.a(x), a=Linear(4, 4))
    made = padiff.align(base, nudged(base, "a"), X, phase="forward", detail=True)
    again = made.judged_with(stated(1e-5))
    outputs = [u.produced[0].measured for u in again.units]
    assert isinstance(outputs[0], Metrics)
    assert outputs[0] is outputs[1]
    assert again.origins[0].metrics is outputs[1]
