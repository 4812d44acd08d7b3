"""Graphs of nodes to be put in order, and what is wrong with an order."""

import numpy as np

from helpers.autodiff import Tensor
from helpers.check.registry import Wrong


class Node:
    """A step of a computation: a name, some numbers, and the nodes it came from. == answers number by number."""

    def __init__(self, name, *parents):
        self.name, self.parents, self.data = name, parents, np.array([1.0, 2.0])

    def __eq__(self, other):
        return self.data == getattr(other, "data", other)

    __hash__ = object.__hash__

    def __repr__(self):
        return f"<{self.name}>"


def cases(rng):
    """Yield graphs as `(last node,)`, small and telling ones first."""
    a, b = Node("a"), Node("b")
    yield (Node("a*b", a, b),)
    yield (Node("alone"),)
    yield (Node("loss", Node("a*a", a, a)),)
    c = Node("c", a, b)  # used early and late: nearest-first and a plain depth-first visit both come to it too soon
    d = Node("d", c)
    yield (Node("loss", c, Node("e", d, c)),)
    yield (Node("loss", Node("e", d, a), a, c),)
    top = a
    for i in range(10):
        top = Node(f"n{i}", Node(f"left{i}", top), Node(f"right{i}", top))
    yield (top,)
    nodes = [Node("start")]
    for i in range(60):
        nodes.append(Node(f"s{i}", *(nodes[k] for k in rng.integers(0, len(nodes), size=2)), nodes[-1]))
    yield (nodes[-1],)
    w = Tensor(3.0, name="w")
    yield ((w * 2.0 + w) * w,)


def _called(node):
    return getattr(node, "name", "") or getattr(node, "operation", "") or "a number"


def in_order(result, node):
    """Raise Wrong unless `result` lists every node that `node` comes from, and it, once and after all its parents."""
    if not isinstance(result, list | tuple):
        raise Wrong(f"a list of nodes is asked for; this is a {type(result).__name__}.")
    known, queue = {}, [node]
    while queue:
        one = queue.pop()
        if id(one) not in known:
            known[id(one)] = one
            queue += one.parents
    place = {}
    for i, one in enumerate(result):
        if id(one) not in known:
            raise Wrong(f"item {i} of your list is no node of this graph.")
        if id(one) in place:
            raise Wrong(f"{_called(one)} is in your list twice, as items {place[id(one)]} and {i}.", "twice")
        place[id(one)] = i
    for one in known.values():
        if id(one) not in place:
            raise Wrong(
                f"{_called(one)} is missing: your list has {len(result)} of the {len(known)} nodes.", "incomplete"
            )
    for one in result:
        for parent in one.parents:
            if place[id(parent)] > place[id(one)]:
                raise Wrong(
                    f"{_called(one)} (item {place[id(one)]}) stands before its parent {_called(parent)} "
                    f"(item {place[id(parent)]}).",
                    "parent_late",
                )
    for one in known.values():
        extra = set(getattr(one, "__dict__", ())) - {"name", "parents", "data"}
        if extra:
            raise Wrong(f"the node {_called(one)} has got an attribute `{min(extra)}`: leave the nodes as they are.")
