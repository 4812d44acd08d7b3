"""Wrong optimizers made of parts: each part of a rule can be got wrong alone, or two of them at once."""

import numpy as np


class Catalogue(dict):
    """{id: (optimizer class, what to say)} of one exercise, and every two of its mistakes that touch different parts.

    base: a subclass of Optimizer with the exercise's arguments and slots. build: a callable that takes the parts by name and
    gives ``update(self, w, g, lr, t, *slots)``. parts: the right ones. changes: {id: (the parts that are wrong, what to say)}.
    alone: ids that are not combined with others. more: further entries, which are no matter of parts.
    """

    def __init__(self, base, build, parts, changes, alone=(), more=None):
        super().__init__(
            {id: (made(base, build(**parts | changed)), said) for id, (changed, said) in changes.items()} | (more or {})
        )
        self._base, self._build, self._parts, self._changes = base, build, parts, changes
        self._single = [id for id in changes if id not in alone]

    def owner(self):
        """An optimizer of the family, whose arguments a rule may read."""
        return self._base()

    def pairs(self):
        """Yield (first id, second id, update) of all pairs of mistakes in different parts."""
        for i, first in enumerate(self._single):
            for second in self._single[i + 1 :]:
                a, b = self._changes[first][0], self._changes[second][0]
                if not a.keys() & b.keys():
                    yield first, second, self._build(**self._parts | a | b)

    def pair(self, update):
        """The optimizer class of a pair."""
        return made(self._base, update)


def made(base, update):
    """A subclass of `base` that takes this update(self, w, g, lr, t, *slots)."""

    class Mistake(base):
        def update_step(self, w, g, lr, t, *slots):
            with np.errstate(all="ignore"):
                update(self, w, g, lr, t, *slots)

    return Mistake
