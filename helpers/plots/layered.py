"""Where to put the nodes of a directed graph: in layers, each after its parents, with few crossings."""

from __future__ import annotations

import itertools

import numpy as np

SWEEPS = 24
THIN = 0.35  # the room of an edge that passes a layer, as a share of a node's


def arrange(parents: list[list[int]]) -> tuple[list[tuple[int, float]], dict[tuple[int, int], list[tuple[int, float]]]]:
    """Place nodes that stand in topological order: ``(layer, slot)`` of each, and the bends of edges that pass layers.

    ``parents[i]`` lists the nodes that i comes from, all before i. Layers and slots count from 0; slots are fractions,
    at least 1 apart within a layer. A leaf stands just before its first child. Bends are keyed by (parent, child).
    After Sugiyama, Tagawa and Toda (1981): layers, dummy nodes on long edges, then sweeps that pull each node towards
    its neighbours.
    """
    layer = _layers(parents)
    layers, sizes, edges = [layer[i] for i in range(len(parents))], [1.0] * len(parents), []
    # What is computed stays in line; leaves make room for it.
    weights = [1.0 if of else 0.05 for of in parents]
    dummies: dict[tuple[int, int], list[int]] = {}
    for child, of in enumerate(parents):
        for parent in dict.fromkeys(of):
            chain = [parent]
            for between in range(layer[parent] + 1, layer[child]):
                layers.append(between)
                sizes.append(THIN)
                weights.append(0.3)
                chain.append(len(layers) - 1)
            dummies[parent, child] = chain[1:]
            chain.append(child)
            edges += itertools.pairwise(chain)
    rank = _rank(parents)
    slots = _slots(np.array(layers), np.array(sizes), np.array(weights), edges, rank)
    place = [(layers[i], float(slots[i])) for i in range(len(layers))]
    return place[: len(parents)], {edge: [place[i] for i in chain] for edge, chain in dummies.items() if chain}


def _layers(parents):
    layer = [0] * len(parents)
    for i, of in enumerate(parents):
        layer[i] = 1 + max((layer[p] for p in of), default=-1)
    children = [[c for c, of in enumerate(parents) if i in of] for i in range(len(parents))]
    for i, of in enumerate(parents):
        if not of and children[i]:
            layer[i] = min(layer[c] for c in children[i]) - 1
    return layer


def _rank(parents):
    """The order in which a reader of the expression meets the nodes: first operands first."""
    rank, stack = {}, [len(parents) - 1]
    while stack:
        node = stack.pop()
        if node not in rank:
            rank[node] = len(rank)
            stack.extend(reversed(parents[node]))
    return rank


def _slots(layers, sizes, weights, edges, rank):
    """Slots by sweeps: to and fro, each layer's nodes are pulled to the mean of their neighbours, and kept apart."""
    count = len(layers)
    linked = np.zeros((count, count))
    for a, b in edges:
        linked[a, b], linked[b, a] = weights[b], weights[a]
    members = [sorted(np.flatnonzero(layers == k), key=lambda i: rank.get(i, count)) for k in range(layers.max() + 1)]
    slots = np.zeros(count)
    for group in members:
        slots[group] = np.cumsum(sizes[group]) - sizes[group].sum() / 2
    best, fewest = slots.copy(), np.inf
    for sweep in range(SWEEPS):
        order = range(len(members)) if sweep % 2 else range(len(members) - 1, -1, -1)
        for k in order:
            group = members[k]
            # The first sweeps look one way only, which orders the nodes; the last look both ways, which evens them.
            other = layers != k if sweep >= SWEEPS // 2 else layers == (k - 1 if sweep % 2 else k + 1)
            near = linked[group] * other
            weight = near.sum(axis=1)
            wanted = np.where(weight > 0, near @ slots / np.where(weight > 0, weight, 1), slots[group])
            slots[group] = _apart(wanted, sizes[group], weights[group])
        crossings = _crossings(slots, layers, edges)
        if crossings <= fewest:
            best, fewest = slots.copy(), crossings
    return best - best.min()


def _crossings(slots, layers, edges):
    total = 0
    for k in range(layers.max()):
        here = np.array([(slots[a], slots[b]) for a, b in edges if layers[a] == k])
        if len(here):
            before = here[:, None] - here[None]
            total += int((before.prod(axis=-1) < 0).sum()) // 2
    return total


def _apart(wanted, sizes, weights):
    """Centres near ``wanted``, in its order, that leave each its size: those that collide move as one block.

    A block stands where its members, by weight, are moved least (isotonic regression by pooling).
    """
    order = np.argsort(wanted, kind="stable")
    blocks = []  # [members, weight, weighted sum of the block's start that each member wants, size]
    for i in order:
        blocks.append([[i], weights[i], weights[i] * (wanted[i] - sizes[i] / 2), sizes[i]])
        while len(blocks) > 1 and blocks[-2][2] / blocks[-2][1] + blocks[-2][3] > blocks[-1][2] / blocks[-1][1]:
            members, weight, start, size = blocks.pop()
            before = blocks[-1]
            before[2] += start - weight * before[3]
            before[0] += members
            before[1] += weight
            before[3] += size
    centres = np.empty(len(wanted))
    for members, weight, start, _ in blocks:
        place = start / weight
        for i in members:
            centres[i] = place + sizes[i] / 2
            place += sizes[i]
    return centres
