"""What every framework must do for models to be run and compared, done by paddle."""

from __future__ import annotations

import pytest

from tests.capture.compiled_laws import CompiledLaws
from tests.capture.dropout_laws import DropoutLaws
from tests.capture.failing_laws import FailingLaws
from tests.capture.hooks_laws import HooksLaws
from tests.capture.in_paddle import PaddleCapture
from tests.capture.kinds_laws import KindsLaws
from tests.capture.observer_laws import ObserverLaws
from tests.capture.precision_laws import PrecisionLaws
from tests.capture.preserve_laws import PreserveLaws
from tests.capture.random_laws import RandomLaws
from tests.capture.record_laws import RecordLaws
from tests.capture.running_laws import RunningLaws

pytestmark = pytest.mark.filterwarnings("ignore:When training, we now always track:UserWarning")


class TestRunning(RunningLaws):
    native = PaddleCapture()


class TestHooks(HooksLaws):
    native = PaddleCapture()


class TestPreserve(PreserveLaws):
    native = PaddleCapture()


class TestObserver(ObserverLaws):
    native = PaddleCapture()


class TestPrecision(PrecisionLaws):
    native = PaddleCapture()


class TestDropout(DropoutLaws):
    native = PaddleCapture()


class TestKinds(KindsLaws):
    native = PaddleCapture()


class TestFailing(FailingLaws):
    native = PaddleCapture()


class TestRecord(RecordLaws):
    native = PaddleCapture()


class TestRandom(RandomLaws):
    native = PaddleCapture()


class TestCompiled(CompiledLaws):
    native = PaddleCapture()
