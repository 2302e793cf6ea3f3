"""padiff moves trained weights between deep-learning frameworks and proves that the models agree."""

from padiff._version import __version__
from padiff.aligning.auto_diff import auto_diff
from padiff.aligning.offline import compare_traces
from padiff.aligning.run import align
from padiff.checker.checks import check_grads, check_params, check_report, check_weights
from padiff.checker.loaders import check_dataloader
from padiff.defaults import add_special_init, registry, special_init
from padiff.dumping.root import get_dump_root_path, set_dump_root_path
from padiff.errors import PadiffError
from padiff.linting.report import LintReport
from padiff.linting.run import lint
from padiff.model import ProxyModel, create_model
from padiff.registry import Registry
from padiff.report.alignment import AlignmentReport
from padiff.trace.loading import load_weights
from padiff.trace.record import record
from padiff.trace.trace import Trace
from padiff.transfer import assign_weight
from padiff.transfer_report import TransferReport

__all__ = [
    "AlignmentReport",
    "LintReport",
    "PadiffError",
    "ProxyModel",
    "Registry",
    "Trace",
    "TransferReport",
    "__version__",
    "add_special_init",
    "align",
    "assign_weight",
    "auto_diff",
    "check_dataloader",
    "check_grads",
    "check_params",
    "check_report",
    "check_weights",
    "compare_traces",
    "create_model",
    "get_dump_root_path",
    "lint",
    "load_weights",
    "record",
    "registry",
    "set_dump_root_path",
    "special_init",
]
