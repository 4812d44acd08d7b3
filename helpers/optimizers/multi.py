"""Several optimizers for one model: each parameter goes to the one that its name asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping

from helpers.errors import check_integer
from helpers.optimizers import arguments
from helpers.optimizers.base import Optimizer


class OptimizerMap(MutableMapping):
    """Names of parameters, or regular expressions that match them whole, and the optimizer of each; else the default.

    ``map[name]`` first looks for this very name, then for the one expression that matches it; two are a ValueError.
    """

    def __init__(self, default_optimizer: Optimizer, optimizer_map: dict[str, Optimizer] | None = None):
        self.default_optimizer = arguments.optimizer("default_optimizer", default_optimizer)
        self._optimizers: dict[str, Optimizer] = {}
        if optimizer_map is not None and not isinstance(optimizer_map, dict):
            raise TypeError(f"optimizer_map must be a dict, got {type(optimizer_map).__name__}")
        for key, optimizer in (optimizer_map or {}).items():
            self[key] = optimizer

    def __getitem__(self, name: str) -> Optimizer:
        if name in self._optimizers:
            return self._optimizers[name]
        matching = [key for key in self._optimizers if re.fullmatch(key, name)]
        if len(matching) > 1:
            raise ValueError(f"names: {name!r} is matched by several keys of the OptimizerMap: {', '.join(matching)}")
        return self._optimizers[matching[0]] if matching else self.default_optimizer

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        if key in self._optimizers:
            raise ValueError(f"key {key!r} is in the OptimizerMap already: del map[{key!r}] first")
        arguments.patterns("key", [key])
        self._optimizers[key] = arguments.optimizer(f"optimizer of {key!r}", optimizer)

    def __delitem__(self, key: str) -> None:
        del self._optimizers[key]

    def __iter__(self):
        return iter(self._optimizers)

    def __len__(self) -> int:
        return len(self._optimizers)

    def __call__(self, name: str) -> Optimizer:
        return self[name]


class MultiOptimizer(Optimizer):
    """Give each parameter to the optimizer that ``optimizer_map`` names for it.

    ``optimizer_map`` is an ``OptimizerMap`` or a function from a parameter's name to an optimizer. Each optimizer sees
    its own parameters only: its step count, its ``global_clipnorm``. ``loss_scale_factor`` replaces theirs. There is no
    ``learning_rate`` here: set it on the members of ``optimizers``.
    """

    wraps = True

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[str], Optimizer],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ):
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)
        if not callable(optimizer_map) or isinstance(optimizer_map, type | Optimizer):
            raise TypeError(
                "optimizer_map must be an OptimizerMap or a function from a name to an optimizer, "
                f"got {type(optimizer_map).__name__}"
            )
        self._map = optimizer_map
        self._members: list[tuple[Optimizer, list[int]]] = []  # each with the indices of its parameters

    @property
    def optimizers(self) -> list[Optimizer]:
        """Those of the map, the default last; those that a function chooses are known after the first ``apply``."""
        mapped = [*self._map.values(), self._map.default_optimizer] if isinstance(self._map, OptimizerMap) else []
        found = [*mapped, *(optimizer for optimizer, _ in self._members)]
        return list({id(optimizer): optimizer for optimizer in found}.values())

    @property
    def learning_rate(self):
        raise AttributeError("a MultiOptimizer has no learning_rate of its own: see those of its .optimizers")

    @learning_rate.setter
    def learning_rate(self, value):
        raise AttributeError("a MultiOptimizer has no learning_rate of its own: set those of its .optimizers")

    def apply(self, grads, params, names=None, constraints=None) -> None:
        """Take one step with each optimizer that has a gradient; ``names`` decide which parameters are its own."""
        if self._broken:
            raise RuntimeError(self._broken)
        params = arguments.parameters(params, self._layout)
        grads = arguments.gradients(grads, params)
        names = arguments.one_each("names", names, params, str, "")
        constraints = arguments.one_each("constraints", constraints, params, Callable, None)
        if params and all(g is None for g in grads):
            raise ValueError("grads: every gradient is None, so there is nothing to apply. Was backward() called?")
        members = self._members if self._layout is not None else self._share_out(names)
        for optimizer, _ in members:
            optimizer.check_ready()  # before any other has moved
        self._members, self._layout = members, [(w.shape, w.dtype) for w in params]
        try:
            for optimizer, own in members:
                optimizer._loss_scale = self._loss_scale
                if any(grads[i] is not None for i in own):
                    optimizer.apply(*([values[i] for i in own] for values in (grads, params, names, constraints)))
        except BaseException as error:
            self._broken = f"MultiOptimizer stopped in the middle of a step ({error}): call load_state()"
            raise
        self._calls += 1

    def _share_out(self, names):
        members: list[tuple[Optimizer, list[int]]] = []
        for i, name in enumerate(names):
            chosen = arguments.optimizer(f"optimizer of {name!r}", self._map(name))
            for optimizer, own in members:
                if optimizer is chosen:
                    own.append(i)
                    break
            else:
                members.append((chosen, [i]))
        return members

    def exclude_from_weight_decay(self, var_list=(), var_names=()) -> None:
        raise TypeError(
            "exclude_from_weight_decay: call it on the members of the MultiOptimizer, before the first apply"
        )

    def finalize_variable_values(self, params) -> None:
        params = arguments.parameters(params, self._layout)
        for optimizer, own in self._members:
            optimizer.finalize_variable_values([params[i] for i in own])

    def state(self) -> dict:
        """The number of steps, which parameters each optimizer has, and the state of each."""
        return {
            "calls": self._calls,
            "layout": list(self._layout or []),
            "indices": [list(own) for _, own in self._members],
            "members": [optimizer.state() for optimizer, _ in self._members],
        }

    def load_state(self, saved: dict) -> None:
        arguments.state_keys(saved, self)
        if saved["indices"] != [own for _, own in self._members]:
            raise ValueError(
                "state: its parameters are shared out otherwise than this MultiOptimizer's; "
                "take one step first, so that the parameters are known, then load"
            )
        before = self.state()
        try:
            for (optimizer, _), inner in zip(self._members, saved["members"], strict=True):
                optimizer.load_state(inner)
        except BaseException:
            for (optimizer, _), inner in zip(self._members, before["members"], strict=True):
                optimizer.load_state(inner)
            raise
        self._calls, self._broken = check_integer("state: calls", saved["calls"], 0), None

    def __repr__(self) -> str:
        return f"MultiOptimizer({', '.join(map(repr, self.optimizers))})"
