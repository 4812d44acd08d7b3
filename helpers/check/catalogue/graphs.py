"""Graphs of nodes to be put in order, and what is wrong with an order."""

import numpy as np

from helpers.autodiff import Tensor
from helpers.check import compare
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


def _nodes(node):
    """Every node that `node` comes from, and it: {id: node}."""
    known, queue = {}, [node]
    while queue:
        one = queue.pop()
        if id(one) not in known:
            known[id(one)] = one
            queue += one.parents
    return known


def in_order(result, node):
    """Raise Wrong unless `result` lists every node that `node` comes from, and it, once and after all its parents."""
    if not isinstance(result, list | tuple):
        raise Wrong(f"A list of nodes is asked for; this is a {type(result).__name__}.", "not_a_list")
    known, place = _nodes(node), {}
    for i, one in enumerate(result):
        if id(one) not in known:
            raise _stranger(i, one, known)
        if id(one) in place:
            raise Wrong(
                f"The node {_called(one)} is in your list twice, as items {place[id(one)]} and {i}. Several ways may lead to one "
                "node: is it noted which have been visited, and is that asked before a node is put in?",
                "twice",
            )
        place[id(one)] = i
    for one in known.values():
        if id(one) not in place:
            which = "which was passed in" if one is node else "one of those it all comes from"
            raise Wrong(
                f"The node {_called(one)}, {which}, is missing: your list has {len(result)} of the {len(known)} nodes.",
                "incomplete",
            )
    late = next(((one, parent) for one in result for parent in one.parents if place[id(parent)] > place[id(one)]), None)
    if late:
        raise _late(*late, place, result, node)
    for one in known.values():
        extra = set(getattr(one, "__dict__", ())) - {"name", "parents", "data"}
        if extra:
            raise Wrong(
                f"The node {_called(one)} has got an attribute `{min(extra)}`: leave the nodes as they are. The next walk "
                "would find the marks of this one.",
                "marks_the_nodes",
            )


def _stranger(i, one, known):
    """What is said of item i, which is no node of this graph."""
    if isinstance(one, int) and one in known:
        return Wrong(
            f"Item {i} of your list is a number, the `id` of {_called(known[one])}. The list is to hold the nodes themselves.",
            "ids_for_nodes",
        )
    if not hasattr(one, "parents"):
        return Wrong(f"Item {i} of your list is no node, but {compare.kind(one)}.", "not_nodes")
    if _called(one) in {_called(other) for other in known.values()}:
        return Wrong(
            f"Item {i} of your list looks like the node {_called(one)} of this graph, but is another one. Was it copied, or kept "
            "from an earlier call? A default value such as `[]` is made once, for all calls.",
            "other_nodes",
        )
    return Wrong(
        f"Item {i} of your list, {_called(one)}, is no node of this graph. Is it one of an earlier call? What is made outside "
        "the function is kept from call to call, and so is a default value such as `[]`: it is made once.",
        "kept_between_calls",
    )


def _late(one, parent, place, result, node):
    """What is said of a node that stands before one of its parents."""
    told = f"The node {_called(one)} (item {place[id(one)]}) stands before its parent {_called(parent)} (item {place[id(parent)]})."
    if all(place[id(other)] > place[id(child)] for child in result for other in child.parents):
        return Wrong(
            f"{told} Your list begins with the end: every node stands before its parents, as the walk back wants it. Here the "
            "parents come first.",
            "turned_round",
        )
    if any(_same(result, order) for met in _first_met(node) for order in (met, met[::-1])):
        return Wrong(
            f"{told} Your list follows the order in which the nodes are first met. A node that is met early may still be needed "
            "by one that is met later: when is it certain that all its parents are in the list?",
            "first_met",
        )
    return Wrong(
        f"{told} When a node is put into the list, is it certain that all its parents are in it already? (And if the nodes were in "
        "a set on the way: a set keeps no order.)",
        "parent_late",
    )


def _same(result, order):
    return len(result) == len(order) and all(a is b for a, b in zip(result, order, strict=True))


def _first_met(node):
    """Yield the nodes in the orders in which plain walks meet them: deep or near first, from the first or the last parent."""
    for way in (list, lambda parents: list(parents)[::-1]):
        yield _met(node, lambda waiting, parents, way=way: [*way(parents), *waiting])
        yield _met(node, lambda waiting, parents, way=way: [*waiting, *way(parents)])


def _met(node, queued):
    order, seen, waiting = [], set(), [node]
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            order.append(one)
            waiting = queued(waiting, one.parents)
    return order
