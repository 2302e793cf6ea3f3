"""What must hold of a recording in every framework, recorded by torch."""

from __future__ import annotations

from tests.trace.changing_laws import ChangingLaws
from tests.trace.compiled_laws import CompiledLaws
from tests.trace.in_torch import TorchRecord
from tests.trace.layers_laws import LayersLaws
from tests.trace.limits_laws import LimitsLaws
from tests.trace.passes_laws import PassesLaws
from tests.trace.rounding_laws import RoundingLaws
from tests.trace.seen_laws import SeenLaws
from tests.trace.training_laws import TrainingLaws
from tests.trace.unmarked_laws import UnmarkedLaws


class TestTraining(TrainingLaws):
    native = TorchRecord()


class TestSeen(SeenLaws):
    native = TorchRecord()


class TestUnmarked(UnmarkedLaws):
    native = TorchRecord()


class TestLimits(LimitsLaws):
    native = TorchRecord()


class TestChanging(ChangingLaws):
    native = TorchRecord()


class TestLayers(LayersLaws):
    native = TorchRecord()


class TestPasses(PassesLaws):
    native = TorchRecord()


class TestRounding(RoundingLaws):
    native = TorchRecord()


class TestCompiled(CompiledLaws):
    native = TorchRecord()
