"""Wrong answers to the exercises of lesson 03 as people write them, under the mistake that each must be told as."""

import copy

import numpy as np

from helpers import activations

NAMED = {}

NAMED["dense_backward"] = {
    "entry_by_entry": [
        lambda x, w, g: (g * w, x.T @ g, g.sum(0)),
        lambda x, w, g: (g @ w.T, (x * g).sum(0), g.sum(0)),
    ],
    "bias_slope_alone": [lambda x, w, g: (g @ w.T, x.T @ g, np.ones_like(g[0]))],
    "without_bias": [lambda x, w, g: [g @ w.T, x.T @ g]],
    "grad_x_dealt_out_anew": [lambda x, w, g: (g @ w.reshape(w.shape[1], -1), x.T @ g, g.sum(0))],
    "grad_w_dealt_out_anew": [lambda x, w, g: (g @ w.T, x.reshape(x.shape[1], -1) @ g, g.sum(0))],
    "both_turned": [lambda x, w, g: ((g @ w.T).T, (x.T @ g).T, g.sum(0))],
    "all_means": [lambda x, w, g: (g @ w.T / len(g), x.T @ g / len(g), g.mean(0))],
    "order_bias_first": [lambda x, w, g: (g.sum(0), g @ w.T, x.T @ g)],
    "local_slopes": [lambda x, w, g: (w.T, x.T, np.ones(g.shape[1]))],
    "bias_first_row": [lambda x, w, g: (g @ w.T, x.T @ g, g[0])],
    "mean_over_rows": [lambda x, w, g: (g @ w.T, x.T @ g / len(g), g.mean(axis=0))],
    "grad_x_turned+bias_mean": [lambda x, w, g: (w @ g.T, x.T @ g, np.mean(g, axis=0))],
    "grad_w_turned+bias_keeps_axis": [lambda x, w, g: (g @ w.T, (x.T @ g).T, np.sum(g, axis=0)[None])],
    "grad_w_mean+bias_not_summed": [lambda x, w, g: (g @ w.T, x.T @ g / len(x), g)],
}


def with_softmax(softmax, last=lambda p, rows, labels: p / len(rows), off=1.0):
    """An answer that takes `off` away at the right classes of softmax(logits), then `last`."""

    def answer(labels, logits):
        p, rows = softmax(logits), np.arange(len(labels))
        p[rows, labels] -= off
        return last(p, rows, labels)

    return answer


def one_largest(logits):
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e, axis=1, keepdims=True)


def cut_at_a_hundred(logits):
    e = np.exp(np.clip(logits, -100, 100))
    return e / e.sum(axis=1, keepdims=True)


def minus_one_over_p(labels, logits):
    p, grad = activations.softmax(logits), np.zeros(logits.shape)
    for row, label in enumerate(labels):
        with np.errstate(all="ignore"):
            grad[row, label] = -1 / p[row, label] / len(labels)
    return grad


def takes_one_off_the_logits(labels, logits):
    logits = logits.copy()
    logits[np.arange(len(labels)), labels] -= 1
    return logits / len(labels)


def puts_minus_one(labels, logits):
    p = activations.softmax(logits)
    p[np.arange(len(p)), labels] = -1
    return p / len(p)


def at_the_largest(labels, logits):
    p = activations.softmax(logits)
    p[np.arange(len(p)), p.argmax(axis=1)] -= 1
    return p / len(p)


def ten_classes(labels, logits):
    one_hot = np.eye(10)[labels]
    p = activations.softmax(logits)
    return (p - one_hot) / len(labels)


NAMED["softmax_cross_entropy_gradient"] = {
    "class_number_as_amount": [
        lambda y, z: activations.softmax(z) - y,
        lambda y, z: -(y - activations.softmax(z)) / len(y),
    ],
    "labels_pick_rows": [lambda y, z: (activations.softmax(z) - z[y]) / len(y)],
    "size_written_down": [ten_classes],
    "one_largest_for_all": [with_softmax(one_largest)],
    "clipped_logits": [
        with_softmax(cut_at_a_hundred),
        with_softmax(lambda z: activations.softmax(np.clip(z, -500, 500))),
    ],
    "overflow": [with_softmax(lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))],
    "over_classes": [with_softmax(activations.softmax, lambda p, rows, labels: p / p.shape[1])],
    "mean_of_one_term": [
        lambda labels, logits: with_softmax(lambda z: activations.softmax(z) / len(z), lambda p, rows, labels: p)(
            labels, logits
        )
    ],
    "mean_of_the_other_term": [
        lambda labels, logits: with_softmax(activations.softmax, lambda p, *_: p, 1 / len(labels))(labels, logits)
    ],
    "slope_of_the_probability": [
        lambda y, z: activations.softmax(z) * (1 - activations.softmax(z)) / len(y),
    ],
    "by_probability": [minus_one_over_p],
    "sigmoid": [with_softmax(activations.sigmoid)],
    "no_softmax": [takes_one_off_the_logits],
    "own_guess": [at_the_largest],
    "only_truth": [lambda y, z: -np.eye(z.shape[1])[y] / len(y)],
    "sign_no_mean": [lambda y, z: np.eye(z.shape[1])[y] - activations.softmax(z)],
    "softmax_twice": [with_softmax(lambda z: activations.softmax(activations.softmax(z)))],
    "set_to_minus_1": [puts_minus_one],
    "mean_twice_on_the_label": [
        lambda labels, logits: with_softmax(activations.softmax, off=1 / len(labels))(labels, logits)
    ],
    "times_the_slope": [
        with_softmax(
            lambda z: activations.softmax(z).copy(),
            lambda d, rows, labels: d * (p := d + np.eye(d.shape[1])[labels]) * (1 - p) / len(d),
        )
    ],
    "only_softmax_no_mean": [lambda y, z: activations.softmax(z)],
}


def visited(node):
    """The right order, by a walk of its own."""
    order, seen = [], set()

    def visit(one):
        if id(one) not in seen:
            seen.add(id(one))
            for parent in one.parents:
                visit(parent)
            order.append(one)

    visit(node)
    return order


def kept(node, order=[], seen=set()):  # noqa: B006 (the mistake)
    if id(node) not in seen:
        seen.add(id(node))
        for parent in node.parents:
            kept(parent)
        order.append(node)
    return order


def at_first_sight(node):
    order, seen, stack = [], set(), [node]
    while stack:
        one = stack.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            order.insert(0, one)
            stack.extend(one.parents)
    return order


def before_its_parents(node):
    order = []

    def visit(one):
        if all(one is not other for other in order):
            order.append(one)
            for parent in one.parents:
                visit(parent)

    visit(node)
    return order[::-1]


def last_in_first_out(node):
    order, seen, stack = [], set(), [node]
    while stack:
        one = stack.pop()
        if id(one) not in seen:
            seen.add(id(one))
            order.append(one)
            stack.extend(one.parents)
    return order[::-1]


def again_and_again(node):
    return [one for parent in node.parents for one in again_and_again(parent)] + [node]


def marked(node):
    order = []

    def visit(one):
        if not hasattr(one, "done"):
            one.done = True
            for parent in one.parents:
                visit(parent)
            order.append(one)

    visit(node)
    return order


def looked_for_in_the_list(node):
    order = []

    def visit(one):
        if one not in order:
            for parent in one.parents:
                visit(parent)
            order.append(one)

    visit(node)
    return order


def only_those_in(node):
    order, waiting = [], visited(node)
    while waiting:
        ready = [one for one in waiting if all(parent in order for parent in one.parents)]
        order.append(ready[0])
        waiting = [one for one in waiting if one is not ready[0]]
    return order


NAMED["topological_order"] = {
    "looked_for_by_equality": [looked_for_in_the_list, only_those_in],
    "kept_between_calls": [kept],
    "ids_for_nodes": [lambda node: [id(one) for one in visited(node)]],
    "not_nodes": [
        lambda node: [one.data for one in visited(node)],
        lambda node: [getattr(one, "name", "") for one in visited(node)],
    ],
    "other_nodes": [lambda node: [copy.copy(one) for one in visited(node)]],
    "turned_round": [lambda node: visited(node)[::-1]],
    "first_met": [at_first_sight, before_its_parents, last_in_first_out],
    "parent_late": [lambda node: sorted(visited(node), key=lambda one: len(one.parents))],
    "twice": [again_and_again],
    "incomplete": [lambda node: visited(node)[:-1], lambda node: visited(node.parents[0]) if node.parents else [node]],
    "a_set": [lambda node: set(visited(node))],
    "not_a_list": [lambda node: node, lambda node: len(visited(node))],
    "marks_the_nodes": [marked],
}


def front_then(stretched, front=lambda grad, n: grad.sum(axis=tuple(range(n)))):
    """An answer that first makes front(grad, axes in front), then stretched(grad, axis) of every axis of length 1."""

    def answer(grad, shape):
        grad = front(grad, grad.ndim - len(shape))
        for axis, length in enumerate(shape):
            if length == 1:
                grad = stretched(grad, axis)
        return grad

    return answer


def kept_one(grad, axis):
    return grad.sum(axis=axis, keepdims=True)


def first_one_only(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    if 1 in shape:
        grad = grad.sum(axis=shape.index(1), keepdims=True)
    return grad


def squeezed(grad, shape):
    return np.squeeze(front_then(kept_one)(grad, shape))


def compared_from_the_left(grad, shape):
    for axis in range(min(grad.ndim, len(shape))):
        if grad.shape[axis] != shape[axis]:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def one_of_each(grad, shape):
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            return grad.sum(axis=axis, keepdims=True)
    return grad


def one_or_the_other(grad, shape):
    if grad.ndim > len(shape):
        return grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    for axis, length in enumerate(shape):
        if length == 1:
            grad = kept_one(grad, axis)
    return grad


def others(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length != 1:
            grad = kept_one(grad, axis)
    return grad


NAMED["unbroadcast"] = {
    "one_axis_in_front": [front_then(kept_one, lambda grad, n: grad.sum(axis=0) if n else grad)],
    "one_stretched_axis": [first_one_only],
    "stretched_only": [front_then(kept_one, lambda grad, n: grad)],
    "axis_lost": [front_then(lambda grad, axis: grad.sum(axis=axis)), squeezed],
    "from_the_end": [front_then(kept_one, lambda grad, n: grad.sum(axis=tuple(range(grad.ndim - n, grad.ndim))))],
    "front_kept_then_from_the_left": [
        front_then(kept_one, lambda grad, n: grad.sum(axis=tuple(range(n)), keepdims=True))
    ],
    "matched_from_the_left": [compared_from_the_left],
    "first_axis_only": [lambda grad, shape: np.add.reduce(grad)],
    "sum_of_all": [lambda grad, shape: np.ones(shape) * grad.sum()],
    "sum_of_all_one_number": [lambda grad, shape: float(grad.sum())],
    "nothing_summed": [lambda grad, shape: grad.copy()],
    "first_numbers": [lambda grad, shape: grad.ravel()[: np.prod(shape, dtype=int)].reshape(shape)],
    "largest_copy": [
        front_then(
            lambda grad, axis: grad.max(axis=axis, keepdims=True), lambda grad, n: grad.max(axis=tuple(range(n)))
        )
    ],
    "one_axis_of_each": [one_of_each],
    "either_or": [one_or_the_other],
    "the_other_axes": [others],
    "first_copy_in_front": [front_then(kept_one, lambda grad, n: grad[(0,) * n])],
    "copied_back": [front_then(lambda grad, axis: np.broadcast_to(kept_one(grad, axis), grad.shape))],
    "mean_of_the_stretched": [front_then(lambda grad, axis: grad.mean(axis=axis, keepdims=True))],
}


def two_layers(slope, change=lambda name, grad, n: grad, slope_s=lambda z, s: 1, take_off=False):
    """A walk back with slope(z1, s) for the sigmoid's, and change(name, gradient, n) of what is handed on.

    slope_s(z1, s): a slope that comes into grad_s. take_off: `- s` without brackets comes behind grad_z1.
    """

    def answer(x, labels, w1, b1, w2, b2):
        n = len(labels)
        z1 = x @ w1 + b1
        s = activations.sigmoid(z1)
        grad_z2 = activations.softmax(s @ w2 + b2)
        grad_z2[np.arange(n), labels] -= 1
        grad_z2 = change("grad_z2", grad_z2 / n, n)
        grad_s = grad_z2 @ w2.T * slope_s(z1, s)
        grad_z1 = grad_s * slope(z1, s) - (s if take_off else 0)
        b2_, b1_ = (change(name, g, n) for name, g in (("grad_b2", grad_z2), ("grad_b1", grad_z1)))
        sums = [g.sum(axis=0) if g.ndim == 2 else g for g in (b2_, b1_)]
        return grad_z2, s.T @ grad_z2, sums[0], grad_s, grad_z1, x.T @ grad_z1, sums[1]

    return answer


def right_slope(z, s):
    return s * (1 - s)


def only(wanted, change):
    return lambda name, grad, n: change(grad, n) if name == wanted else grad


NAMED["fix_backward_pass"] = {
    "slope_of_relu": [two_layers(lambda z, s: np.where(z > 0, 1, 0))],
    "plus_for_minus": [two_layers(lambda z, s: s + s**2)],
    "missing_value": [two_layers(lambda z, s: 1 - s)],
    "slope_squared": [two_layers(lambda z, s: (s * (1 - s)) ** 2)],
    "divided_by_the_slope": [two_layers(lambda z, s: 1 / (s - s * s))],
    "no_mean": [two_layers(right_slope, only("grad_z2", lambda grad, n: grad * n))],
    "mean_twice": [two_layers(right_slope, only("grad_z2", lambda grad, n: grad / n))],
    "slope_in_grad_s": [two_layers(lambda z, s: 1, slope_s=right_slope)],
    "unchanged_no_mean": [
        two_layers(
            lambda z, s: activations.sigmoid(s) * (1 - activations.sigmoid(s)),
            only("grad_z2", lambda grad, n: grad * n),
        )
    ],
    "slope_in_both": [two_layers(right_slope, slope_s=right_slope)],
    "brackets": [two_layers(lambda z, s: s, take_off=True)],
    "grad_b1_mean": [two_layers(right_slope, only("grad_b1", lambda grad, n: grad.mean(axis=0)))],
    "grad_b2_over_outputs": [two_layers(right_slope, only("grad_b2", lambda grad, n: grad.sum(axis=1)))],
}
