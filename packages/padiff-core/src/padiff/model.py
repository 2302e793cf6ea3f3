"""A user's model with what padiff knows of it: its adapter, its name, and its layer map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from padiff.adapters import adapter_of
from padiff.dumping.root import dump_folder
from padiff.errors import LayerMapError, PadiffError, UsageError
from padiff.layer_map import LayerMap, Side, make_layer_map, map_of_paths, match_layer_maps
from padiff.lists import LayerLists, Reach, modules_of_class
from padiff.lookup import Lookup, walk

if TYPE_CHECKING:
    import os

    from padiff.dumping.steps import Dumps
    from padiff.protocols import FrameworkAdapter, LayerHandle
    from padiff.registry import Registry

__all__ = ["LayerMap", "ProxyModel", "Side", "as_proxy", "create_model", "match_layer_maps", "walk"]

ModuleT = TypeVar("ModuleT")


class ProxyModel(Generic[ModuleT]):
    """A model as padiff works with it. Holds the user's module and never changes it.

    Made by `create_model`.
    """

    def __init__(
        self,
        module: ModuleT,
        adapter: FrameworkAdapter,
        name: str,
        layer_map: LayerMap | None = None,
        dump_freq: int = 1,
    ) -> None:
        self._module = module
        self._adapter = adapter
        self._name = name
        self._layer_map = layer_map
        self._lists = LayerLists()
        self._dump_path = dump_folder(name)
        self._dump_freq = dump_freq
        self._dumps: Dumps | None = None

    @property
    def model(self) -> ModuleT:
        """The user's module itself, typed as what was passed in."""
        return self._module

    @property
    def adapter(self) -> FrameworkAdapter:
        """The adapter of the module's framework."""
        return self._adapter

    @property
    def framework(self) -> str:
        """The framework's name: `"torch"`, `"paddle"`, ..."""
        return self._adapter.framework

    @property
    def name(self) -> str:
        """The name given, or the module's class name."""
        return self._name

    @property
    def lists(self) -> LayerLists:
        """The black list and the white list."""
        return self._lists

    @property
    def dump_path(self) -> str:
        """The folder for dumps: the dump root when the model was wrapped, and in it the name."""
        return self._dump_path

    @property
    def layer_map(self) -> LayerMap | None:
        """The layer map in force, or None."""
        return self._layer_map

    def handle(self) -> LayerHandle:
        """The module tree as it is now."""
        return self._adapter.handle(self._module)

    def __repr__(self) -> str:
        return f"ProxyModel({self._name!r}, {self.framework})"

    def set_layer_map(self, layers: Sequence[Any]) -> None:
        """Name the modules that are to be paired by hand.

        The n-th module of base's map stands for the n-th module of raw's, whatever their names and
        places. Each is initialised as one piece: by the init function registered for the two
        classes, or through their layouts if they are of one kind.

        Args:
            layers: Module objects of this model, each once, none inside another. An empty sequence
                removes the map.

        Raises:
            LayerMapError: If an entry is no module, is not in this model, comes twice, or is inside
                another entry. The map in force stays as it was.
        """
        self._layer_map = make_layer_map(layers, self._lookup("layer map", LayerMapError))

    def set_layer_paths(self, paths: Sequence[str]) -> None:
        """`set_layer_map` by dotted paths: for a map that was written down, or a recorded model.

        Args:
            paths: Of modules of this model, each once, none inside another. An empty sequence removes
                the map.

        Raises:
            LayerMapError: If there is no module at a path, one comes twice, or is inside another. The
                map in force stays as it was.
        """
        self._layer_map = map_of_paths(paths, self._lookup("layer map", LayerMapError))

    @contextmanager
    def layer_map_kept(self) -> Iterator[None]:
        """Put the layer map that is in force now back if what follows raises."""
        before = self._layer_map
        try:
            yield
        except BaseException:
            self._layer_map = before
            raise

    def _lookup(self, what: str, error: type[PadiffError] = UsageError) -> Lookup:
        return Lookup(self._name, self._adapter, self.handle(), what, error)

    def auto_layer_map(self, side: Side, *, registry: Registry | None = None) -> tuple[str, ...]:
        """Map every component padiff can initialise as one piece when the model plays this part.

        Those are the modules with tensors whose class has a layout, or an init function in which it
        stands on this side. They are paired by path where paths agree and by order otherwise; each
        must find its counterpart.

        Args:
            side: `"base"` or `"raw"`.
            registry: Where to look; the default registry if None.

        Returns:
            The paths found, in definition order.

        Raises:
            UsageError: If `side` is neither.
            LayerMapError: If nothing in the model is supported.
        """
        from padiff.supported import supported_paths  # it needs the tree, which needs this module

        if side not in ("base", "raw"):
            raise UsageError(
                "auto_layer_map needs the part the model plays.",
                got=repr(side),
                expected='"base" or "raw"',
            )
        paths = supported_paths(self.handle(), side, registry)
        if not paths:
            raise LayerMapError(
                f"No component of {self.name} is supported as {side}.",
                got=f"{type(self._module).__name__} ({self.framework})",
                hint="register a layout or an init function, or use set_layer_map",
            )
        self._layer_map = LayerMap(paths, auto=side)
        return paths

    def update_black_list(self, layers: Any, mode: Reach = "all") -> None:
        """Leave layers out of what is recorded, and of what is compared.

        Args:
            layers: A module of this model, or several.
            mode: `"self"` for these alone, `"sublayers"` for all layers within them, `"all"` for both.

        Raises:
            UsageError: If an entry is not in this model, or is the model itself, which is always
                recorded; or the mode is unknown. The lists stay as they were.
        """
        self._lists = self._lists.with_black(layers, mode, self._lookup("black list"))

    def update_white_list(self, layers: Any, mode: Reach = "self") -> None:
        """Record and compare these layers alone, and the model itself; the black list is then moot.

        Args:
            layers: A module of this model, or several.
            mode: `"self"` for these alone, `"sublayers"` for all layers within them, `"all"` for both.

        Raises:
            UsageError: If an entry is not in this model, if there is none, or the mode is unknown. The
                lists stay as they were.
        """
        self._lists = self._lists.with_white(layers, mode, self._lookup("white list"))

    def update_black_list_with_class(self, cls: Any, mode: Reach = "self") -> None:
        """Put every layer of a class (or of one of a tuple of classes) on the black list.

        Raises:
            UsageError: As for `update_black_list`; also if the model has no layer of the class.
        """
        lookup = self._lookup("black list")
        self._lists = self._lists.with_black(modules_of_class(cls, lookup), mode, lookup)

    def update_white_list_with_class(self, cls: Any, mode: Reach = "self") -> None:
        """Put every layer of a class (or of one of a tuple of classes) on the white list.

        Raises:
            UsageError: As for `update_white_list`; also if the model has no layer of the class.
        """
        lookup = self._lookup("white list")
        self._lists = self._lists.with_white(modules_of_class(cls, lookup), mode, lookup)

    @property
    def _dumping(self) -> Dumps:
        from padiff.dumping.steps import Dumps  # it records models, so it needs this module

        if self._dumps is None:
            self._dumps = Dumps(self._dump_freq)
        return self._dumps

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the module, and note what its layers do, to be dumped.

        In a step that `try_dump` would dump, hooks are on the module while the call lasts; what they
        saw is kept, in temporary files beyond 256 MiB, until `try_dump` or `clear_report`. If nobody
        dumps, that ends by itself: once the module has been called eight times in a row, or more than
        4 GiB are kept, all of it is dropped and calls are calls again. A call of `model` itself notes
        nothing at any time.
        """
        return self._dumping.call(self, args, kwargs)

    def backward(self, loss: Any) -> None:
        """Run the backward pass from a scalar.

        What it brings the parameters can then be dumped even after their gradients were cleared.
        """
        self._dumping.backward(self, loss)

    def try_dump(self, path: str | os.PathLike[str] | None = None) -> None:
        """End a step: dump the report and the parameters if it is its turn, and begin the next.

        To be called once a step. Steps whose number, from 0, divides by `dump_freq` are dumped.

        Args:
            path: The folder; by default `step_<n>/rank_<r>` in `dump_path`. An earlier dump there is
                replaced, other files are left alone.

        Raises:
            TraceError: If the model was not called in this step, or what it did was dropped (see
                `__call__`), or could not be recorded; or if the folder cannot be written.
            UsageError: If another model dumps in this folder.
        """
        self._dumping.end_step(self, path)

    def dump_report(self, path: str | os.PathLike[str] | None = None) -> None:
        """Dump what was noted since the last `try_dump` or `clear_report`: `report` in a folder.

        That is every call with its inputs, outputs and the gradients of both, as a `Trace` that
        `check_report`, `align` and `compare_traces` take.

        Args:
            path: The folder; by default `rank_<r>` in `dump_path`.

        Raises:
            TraceError: As for `try_dump`.
            UsageError: As for `try_dump`.
        """
        self._dumping.dump(self, "report", path)

    def dump_params(self, path: str | os.PathLike[str] | None = None) -> None:
        """Dump all weights and gradients as they are now: `params` in a folder.

        Gradients that have been cleared are those the step's `backward` brought. Otherwise as
        `dump_report`.
        """
        self._dumping.dump(self, "params", path)

    def dump_weights(self, path: str | os.PathLike[str] | None = None) -> None:
        """Dump all weights as they are now: `weights` in a folder. Otherwise as `dump_params`."""
        self._dumping.dump(self, "weights", path)

    def dump_grads(self, path: str | os.PathLike[str] | None = None) -> None:
        """Dump all gradients as they are now: `grads` in a folder. Otherwise as `dump_params`."""
        self._dumping.dump(self, "grads", path)

    def clear_report(self) -> None:
        """Forget what was noted of the calls so far."""
        self._dumping.clear()


@overload
def create_model(
    model: ProxyModel[ModuleT], name: str | None = None, dump_freq: int = 1
) -> ProxyModel[ModuleT]: ...
@overload
def create_model(
    model: ModuleT, name: str | None = None, dump_freq: int = 1
) -> ProxyModel[ModuleT]: ...
def create_model(model: Any, name: str | None = None, dump_freq: int = 1) -> ProxyModel[Any]:
    """Wrap a model.

    Args:
        model: A torch module, a paddle layer, or a module of any framework an adapter is installed
            for. A `ProxyModel` is returned as it is.
        name: A name for messages, reports and the folder of dumps; the class name by default.
        dump_freq: `ProxyModel.try_dump` dumps every n-th step; in the steps between nothing is
            recorded.

    Raises:
        UnknownFrameworkError: If `model` is no module.
        AdapterNotInstalledError: If its framework's adapter is not installed.
        UsageError: If `dump_freq` is no number of steps.
    """
    if isinstance(model, ProxyModel):
        return model
    given: object = dump_freq
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise UsageError("dump_freq= is no number of steps.", got=repr(dump_freq), expected=">= 1")
    adapter = adapter_of(model)
    return ProxyModel(model, adapter, name or type(model).__name__, dump_freq=dump_freq)


def as_proxy(model: Any, side: Side) -> ProxyModel[Any]:
    """`model` as a ProxyModel, without a layer map if it came bare; `side` names it in errors."""
    try:
        return create_model(model)
    except (TypeError, ImportError) as error:
        if hasattr(error, "where") and not error.where:
            error.where = f"the {side} model"
        raise
