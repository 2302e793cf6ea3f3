"""What every framework must do for models to be run and compared, done by torch."""

from __future__ import annotations

from tests.capture.compiled_laws import CompiledLaws
from tests.capture.dropout_laws import DropoutLaws
from tests.capture.failing_laws import FailingLaws
from tests.capture.hooks_laws import HooksLaws
from tests.capture.in_torch import TorchCapture
from tests.capture.kinds_laws import KindsLaws
from tests.capture.observer_laws import ObserverLaws
from tests.capture.precision_laws import PrecisionLaws
from tests.capture.preserve_laws import PreserveLaws
from tests.capture.random_laws import RandomLaws
from tests.capture.record_laws import RecordLaws
from tests.capture.running_laws import RunningLaws


class TestRunning(RunningLaws):
    native = TorchCapture()


class TestHooks(HooksLaws):
    native = TorchCapture()


class TestPreserve(PreserveLaws):
    native = TorchCapture()


class TestObserver(ObserverLaws):
    native = TorchCapture()


class TestPrecision(PrecisionLaws):
    native = TorchCapture()


class TestDropout(DropoutLaws):
    native = TorchCapture()


class TestKinds(KindsLaws):
    native = TorchCapture()


class TestFailing(FailingLaws):
    native = TorchCapture()


class TestRecord(RecordLaws):
    native = TorchCapture()


class TestRandom(RandomLaws):
    native = TorchCapture()


class TestCompiled(CompiledLaws):
    native = TorchCapture()
