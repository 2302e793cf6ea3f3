"""What must hold of a recording in every framework, recorded by paddle."""

from __future__ import annotations

import pytest

from tests.trace.changing_laws import ChangingLaws
from tests.trace.compiled_laws import CompiledLaws
from tests.trace.in_paddle import PaddleRecord
from tests.trace.layers_laws import LayersLaws
from tests.trace.limits_laws import LimitsLaws
from tests.trace.passes_laws import PassesLaws
from tests.trace.rounding_laws import RoundingLaws
from tests.trace.seen_laws import SeenLaws
from tests.trace.training_laws import TrainingLaws
from tests.trace.unmarked_laws import UnmarkedLaws

pytestmark = pytest.mark.filterwarnings("ignore:When training, we now always track:UserWarning")


class TestTraining(TrainingLaws):
    native = PaddleRecord()


class TestSeen(SeenLaws):
    native = PaddleRecord()


class TestUnmarked(UnmarkedLaws):
    native = PaddleRecord()


class TestLimits(LimitsLaws):
    native = PaddleRecord()


class TestChanging(ChangingLaws):
    native = PaddleRecord()


class TestLayers(LayersLaws):
    native = PaddleRecord()


class TestPasses(PassesLaws):
    native = PaddleRecord()


class TestRounding(RoundingLaws):
    native = PaddleRecord()


class TestCompiled(CompiledLaws):
    native = PaddleRecord()
