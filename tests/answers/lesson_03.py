"""Answers to the exercises of lesson 03: RIGHT must pass, WRONG must fail."""

import itertools

import numpy as np

from helpers import activations, autodiff, losses

RIGHT, WRONG, NAMED = {}, {}, {}


def dense_loops(x, w, grad_out):
    grad_x, grad_w, grad_b = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
    for n, i, o in itertools.product(range(x.shape[0]), range(x.shape[1]), range(w.shape[1])):
        grad_x[n, i] += grad_out[n, o] * w[i, o]
        grad_w[i, o] += grad_out[n, o] * x[n, i]
    for row in grad_out:
        grad_b += row
    return [grad_x, grad_w, grad_b]


def dense_einsum(x, w, g):
    return np.einsum("no,io->ni", g, w), np.einsum("ni,no->io", x, g), np.einsum("no->o", g)


def dense_by_machine(x, w, grad_out):
    x, w, b = autodiff.Tensor(x), autodiff.Tensor(w), autodiff.Tensor(np.zeros(w.shape[1]))
    (x @ w + b).backward(grad_out)
    return x.grad, w.grad, b.grad


def dense_generator(x, w, grad_out):
    yield (w @ grad_out.T).T
    yield (grad_out.T @ x).T
    yield np.ones(len(x)) @ grad_out


RIGHT["dense_backward"] = [
    dense_loops,
    dense_einsum,
    dense_by_machine,
    dense_generator,
    lambda x, w, g: (np.dot(g, np.transpose(w)), np.dot(np.transpose(x), g), np.add.reduce(g)),
    lambda x, w, g: (g @ w.T, np.tensordot(x, g, axes=(0, 0)), [sum(column) for column in g.T]),
]


def dense_changes_input(x, w, grad_out):
    grad_out *= 1.0
    x += 1
    return grad_out @ w.T, x.T @ grad_out, grad_out.sum(axis=0)


WRONG["dense_backward"] = [
    dense_changes_input,
    lambda x, w, g: (g @ w.T, x.T @ g),
    lambda x, w, g: (g @ w, x @ g, g.sum(axis=0)),
    lambda x, w: x @ w,
]


def scores_in_place(labels, logits):
    p = np.exp(logits - np.max(logits, axis=-1)[:, None])
    p /= p.sum(-1)[:, None]
    p[range(len(labels)), labels] -= 1
    p /= len(labels)
    return p


def scores_loop(labels, logits):
    out = np.empty(logits.shape)
    for i, (label, row) in enumerate(zip(labels, logits, strict=True)):
        share = np.exp(row - row.max())
        share = share / share.sum()
        out[i] = [(s - (j == label)) / len(labels) for j, s in enumerate(share)]
    return out.tolist()


def scores_by_machine(labels, logits):
    z = autodiff.Tensor(logits)
    losses.softmax_cross_entropy(labels, z).backward()
    return z.grad


def scores_log_space(labels, logits):
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return (np.exp(log_p) - (np.arange(logits.shape[1]) == labels[:, None])) / logits.shape[0]


def scores_by_softmax(labels, logits):
    return (activations.softmax(logits) - np.eye(logits.shape[1])[labels]) / len(labels)


RIGHT["softmax_cross_entropy_gradient"] = [
    scores_in_place,
    scores_loop,
    scores_by_machine,
    scores_log_space,
    scores_by_softmax,
]


def scores_overflow(labels, logits):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


def scores_write_into_logits(labels, logits):
    logits -= logits.max(axis=1, keepdims=True)
    return scores_in_place(labels, logits)


def scores_all_columns(labels, logits):
    p = activations.softmax(logits)
    p[:, labels] -= 1
    return p / len(labels)


def scores_all_columns_no_mean(labels, logits):
    return scores_all_columns(labels, logits) * len(labels)


def scores_right_class_turned(labels, logits):
    p = activations.softmax(logits) / len(labels)
    p[np.arange(len(labels)), labels] = 1 / len(labels) - p[np.arange(len(labels)), labels]
    return p


WRONG["softmax_cross_entropy_gradient"] = [
    scores_overflow,
    lambda y, z: activations.softmax(z) - y,
    scores_write_into_logits,
    lambda y, z: scores_in_place(y, z.T.copy()).T,
    lambda y, z: losses.softmax_cross_entropy(y, z),
]


def order_recursive(node):
    order, seen = [], set()

    def visit(n):
        if n in seen:
            return
        seen.add(n)
        for parent in n.parents:
            visit(parent)
        order.append(n)

    visit(node)
    return order


def order_by_counting(node):
    """Kahn's way, from the loss: a node may go when all its children have gone; then turned round."""
    waiting, queue, nodes = {}, [node], {id(node): node}
    while queue:
        for parent in queue.pop().parents:
            waiting[id(parent)] = waiting.get(id(parent), 0) + 1
            if id(parent) not in nodes:
                nodes[id(parent)] = parent
                queue.append(parent)
    order, ready = [], [node]
    while ready:
        order.insert(0, ready.pop(0))
        for parent in order[0].parents:
            waiting[id(parent)] -= 1
            if not waiting[id(parent)]:
                ready.append(parent)
    return order


def order_as_dict(node):
    def visit(n, found):
        for parent in n.parents:
            if parent not in found:
                visit(parent, found)
        found[n] = None
        return found

    return tuple(visit(node, {}))


def order_generator(node, seen=None):
    seen = set() if seen is None else seen
    if id(node) not in seen:
        seen.add(id(node))
        for parent in node.parents:
            yield from order_generator(parent, seen)
        yield node


def order_by_depth(node):
    depth = {}

    def deep(n):
        if n not in depth:
            depth[n] = 1 + max((deep(p) for p in n.parents), default=0)
        return depth[n]

    deep(node)
    return sorted(depth, key=depth.get)


def order_by_is(node):
    order = []

    def visit(n):
        if any(n is other for other in order):
            return
        for parent in n.parents:
            visit(parent)
        if not any(n is other for other in order):
            order.append(n)

    visit(node)
    return order


RIGHT["topological_order"] = [
    order_recursive,
    order_by_counting,
    order_as_dict,
    order_generator,
    order_by_depth,
    order_by_is,
    autodiff.topological_order,
]


def order_with_list(node):
    order = []

    def visit(n):
        if n not in order:
            for parent in n.parents:
                visit(parent)
            order.append(n)

    visit(node)
    return order


def order_repeats(node):
    return [one for parent in node.parents for one in order_repeats(parent)] + [node]


def order_preorder(node):
    order, seen = [], set()

    def visit(n):
        if id(n) not in seen:
            seen.add(id(n))
            order.append(n)
            for parent in n.parents:
                visit(parent)

    visit(node)
    return order[::-1]


def order_nearest_first(node):
    order, queue, seen = [], [node], {id(node)}
    while queue:
        one = queue.pop(0)
        order.append(one)
        for parent in one.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                queue.append(parent)
    return order[::-1]


def order_marks(node):
    order = []

    def visit(n):
        if not getattr(n, "visited", False):
            n.visited = True
            for parent in n.parents:
                visit(parent)
            order.append(n)

    visit(node)
    return order


WRONG["topological_order"] = [
    order_with_list,
    order_repeats,
    order_preorder,
    order_nearest_first,
    order_marks,
    lambda node: order_recursive(node)[::-1],
    lambda node: order_recursive(node)[:-1],
    lambda node: list(node.parents),
    lambda node: set(order_recursive(node)),
    lambda node: [one.data for one in order_recursive(node)],
    lambda node: node,
]


def unbroadcast_two_steps(grad, shape):
    while np.ndim(grad) > len(shape):
        grad = grad.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1 and grad.shape[axis] > 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def unbroadcast_padded(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, n in enumerate(padded) if n == 1)
    return grad.sum(axis=axes, keepdims=True).reshape(shape)


def unbroadcast_add_at(grad, shape):
    out = np.zeros(shape)
    where = np.broadcast_to(np.arange(out.size).reshape(shape), grad.shape)
    np.add.at(out.reshape(-1), where.ravel(), grad.ravel())
    return out


def unbroadcast_bincount(grad, shape):
    where = np.broadcast_to(np.arange(np.prod(shape, dtype=int)).reshape(shape), grad.shape)
    return np.bincount(where.ravel(), weights=grad.ravel()).reshape(shape)


RIGHT["unbroadcast"] = [
    unbroadcast_two_steps,
    unbroadcast_padded,
    unbroadcast_add_at,
    unbroadcast_bincount,
    autodiff.unbroadcast,
]
WRONG["unbroadcast"] = [
    lambda g, s: g.reshape(s),
    lambda g, s: np.broadcast_to(g, s),
    lambda g, s: g.sum(),
    lambda g, s: np.full(s, g.sum()),
    lambda g, s: np.resize(g, s),
    lambda g, s: unbroadcast_padded(g, s)[..., None],
]


def walk_back(x, labels, w1, b1, w2, b2):
    z1 = x @ w1 + b1
    s = 1 / (1 + np.exp(-z1))
    grad_z2 = scores_in_place(labels, s @ w2 + b2)
    grad_w2, grad_b2 = s.T @ grad_z2, grad_z2.sum(axis=0)
    grad_s = grad_z2 @ w2.T
    grad_z1 = grad_s * np.exp(-z1) / (1 + np.exp(-z1)) ** 2
    return grad_z2, grad_w2, grad_b2, grad_s, grad_z1, x.T @ grad_z1, grad_z1.sum(axis=0)


def walk_back_by_machine(x, labels, w1, b1, w2, b2):
    w1, b1, w2, b2 = map(autodiff.Tensor, (w1, b1, w2, b2))
    z1 = x @ w1 + b1
    s = 1 / (1 + np.exp(-z1))
    z2 = s @ w2 + b2
    losses.softmax_cross_entropy(labels, z2).backward()
    return [t.grad for t in (z2, w2, b2, s, z1, w1, b1)]


RIGHT["fix_backward_pass"] = [walk_back, walk_back_by_machine]


def spoilt(*changes):
    def answer(x, labels, w1, b1, w2, b2):
        grads = list(walk_back(x, labels, w1, b1, w2, b2))
        for i, change in changes:
            grads[i] = change(grads[i])
        return grads

    return answer


WRONG["fix_backward_pass"] = [
    lambda x, labels, w1, b1, w2, b2: walk_back(x, labels, w1, b1, w2, b2)[:4] + (x * (1 - x),) * 3,
    spoilt((2, lambda g: g / 2)),
    spoilt((5, np.zeros_like)),
    spoilt((4, lambda g: -g), (5, lambda g: -g), (6, lambda g: -g)),
    lambda *args: walk_back(*args)[1:],
    lambda *args: walk_back(*args)[::-1],
    lambda x, labels, w1, b1, w2, b2: None,
]

RIGHT["predict_used_twice"], WRONG["predict_used_twice"] = ["c"], ["a", "b", "d", 7]
RIGHT["predict_same_at_every_h"], WRONG["predict_same_at_every_h"] = ["d"], ["a", "b", "c"]
RIGHT["predict_walk_order"], WRONG["predict_walk_order"] = ["b"], ["a", "c", "d", 16]

RIGHT["predict_gradient_cost"] = ["a", "A", " (a) "]
WRONG["predict_gradient_cost"] = ["b", "c", "d", "e", 2, ["a"]]

NAMED["softmax_cross_entropy_gradient"] = {
    "all_columns": [scores_all_columns],
    "all_columns_no_mean": [scores_all_columns_no_mean],
    "turned_at_the_right_class": [scores_right_class_turned],
}
