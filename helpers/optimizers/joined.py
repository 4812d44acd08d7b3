"""Small parameters as one array: a network's biases cost as much time in NumPy's calls as in numbers.

An elementwise rule does the same on four small arrays as on the four laid end to end, in a quarter of the calls. The
slots live in the joined array, and each parameter's slots are views of their part of it.
"""

from __future__ import annotations

import numpy as np

SMALL = 4096
"""Elements up to which a parameter is joined with others: above, copying it costs more than a call."""

TOTAL = 16 * 1024
"""Elements of one joined array at most: it stays in the nearest cache."""


class Joined:
    """Some parameters of one dtype, their gradients and their slots, laid end to end."""

    def __init__(self, indices: list[int], params: list[np.ndarray], slots: list[dict[str, np.ndarray]]):
        self.indices = indices
        self._ends = np.cumsum([params[i].size for i in indices]).tolist()
        self.w, self.g = (np.empty(self._ends[-1], params[indices[0]].dtype) for _ in range(2))
        self._w_parts, self._g_parts = self._parts(self.w, params), self._parts(self.g, params)
        self.g_read = self.g.view()
        self.g_read.flags.writeable = False
        self.slots = []
        for name in slots[indices[0]]:
            joined = np.concatenate([slots[i][name].reshape(-1) for i in indices])
            self.slots.append(joined)
            for i, part in zip(indices, self._parts(joined, params), strict=True):
                slots[i][name] = part

    def _parts(self, joined, params):
        starts = [0, *self._ends[:-1]]
        return [
            joined[start:end].reshape(params[i].shape)
            for i, start, end in zip(self.indices, starts, self._ends, strict=True)
        ]

    def gather(self, params: list[np.ndarray], grads: list[np.ndarray | None]) -> None:
        """Copy the parameters and their gradients into the joined arrays."""
        for i, w_part, g_part in zip(self.indices, self._w_parts, self._g_parts, strict=True):
            w_part[...] = params[i]
            g_part[...] = grads[i]

    def scatter(self, params: list[np.ndarray]) -> None:
        """Copy the joined weights back into the parameters."""
        for i, w_part in zip(self.indices, self._w_parts, strict=True):
            params[i][...] = w_part


def groups(params: list[np.ndarray], slots: list[dict[str, np.ndarray]], kinds: list) -> tuple[list[Joined], list[int]]:
    """Join what can be joined; return the joined groups and the indices of the parameters left by themselves.

    ``kinds`` holds one hashable thing for each parameter: only parameters of one kind are joined. A slot of another
    shape or dtype than its parameter keeps that parameter by itself. ``slots`` becomes views of the joined slots.
    """
    candidates: dict = {}
    for i, (w, own, kind) in enumerate(zip(params, slots, kinds, strict=True)):
        like_w = all(s.shape == w.shape and s.dtype == w.dtype for s in own.values())
        if 0 < w.size <= SMALL and like_w:
            candidates.setdefault((w.dtype, kind, tuple(own)), []).append(i)
    joined = []
    for indices in candidates.values():
        run: list[int] = []
        for i in [*indices, None]:
            if i is None or sum(params[k].size for k in run) + params[i].size > TOTAL:
                if len(run) > 1:
                    joined.append(Joined(run, params, slots))
                run = []
            if i is not None:
                run.append(i)
    inside = {i for group in joined for i in group.indices}
    return joined, [i for i in range(len(params)) if i not in inside]
