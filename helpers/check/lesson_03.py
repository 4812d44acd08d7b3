"""Exercises of lesson 03, backpropagation."""

import numpy as np

from helpers.autodiff import Tensor
from helpers.check.registry import Lesson, Wrong

lesson = Lesson(3)


lesson.predict(
    "predict_gradient_cost",
    "How much work does it take to find all 640 slopes exactly, in runs of the model?",
    choices={
        "a": "",
        "b": "One run per pixel is a fair guess: the pixels do share work. The sharing goes much further than that.",
        "c": "That is the price if every slope is worked out by itself, from its own weight to the loss. The ten scores of "
        "an image are shared by 64 weights each: what can be done once for all of them?",
        "d": "Rounding is not what makes nudging expensive; asking 640 separate questions is.",
    },
    answer="a",
    because="One run forward, and one walk back through it that costs about as much as another run. The lesson counts it.",
    hints=(
        "A run multiplies each of the 640 weights with the pixels, once. How often does an exact slope have to touch them?",
        "All 640 slopes are slopes of one and the same number, the loss. What do two of them share?",
        "The way from the scores to the loss is common to all slopes: it is walked back once. What is left for each weight "
        "is one product per image, as in the run itself.",
    ),
    reread="1,280 runs for one step",
)


def _layers(rng):
    yield (
        np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]]),
        np.array([[1.0, 0.0], [2.0, 1.0], [0.0, -1.0]]),
        np.array([[1.0, 10.0], [2.0, 20.0]]),
    )
    yield rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    yield rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    yield rng.normal(size=(1, 6)), rng.normal(size=(6, 1)), rng.normal(size=(1, 1))


@lesson.function(
    "(x, w, grad_out) -> (grad_x, grad_w, grad_b)",
    cases=_layers,
    hints=(
        "Each answer has the shape of what it is the gradient of: (n, i), (i, o) and (o,). Which products of `grad_out` with "
        "`x` or `w` have those shapes?",
        "`grad_w[i, o]` is the sum over the rows n of `x[n, i] * grad_out[n, o]`: a product in which the rows are summed "
        "over, so one of the two has to be transposed. `b` is added in every row.",
        "`x.T @ grad_out` is one of them; another is `grad_out @` something transposed; the third is a sum of `grad_out` "
        "over axis 0. Return them in the order grad_x, grad_w, grad_b.",
    ),
    reread="A whole layer at once",
    mistakes={
        "mean_over_rows": (
            lambda x, w, g: (g @ w.T, x.T @ g / len(x), g.sum(0) / len(x)),
            "You divide by the number of rows. The mean belongs to the loss, and is already in `grad_out`: a layer only adds "
            "up.",
        ),
        "order": (
            lambda x, w, g: (x.T @ g, g @ w.T, g.sum(0)),
            "The gradients of x and of w have changed places.",
        ),
        "bias_mean": (
            lambda x, w, g: (g @ w.T, x.T @ g, g.mean(0)),
            "b is added in every row, so its gradients are added up, not averaged.",
        ),
        "bias_not_summed": (
            lambda x, w, g: (g @ w.T, x.T @ g, g),
            "b has one entry for each column of `out` and is used in every row. What happens to the gradients of a value "
            "that is used many times?",
        ),
        "bias_keeps_axis": (
            lambda x, w, g: (g @ w.T, x.T @ g, g.sum(0, keepdims=True)),
            "The numbers are right, but b has shape (o,), so its gradient has it too.",
        ),
        "no_transpose": (
            lambda x, w, g: (g @ w if w.shape[0] == w.shape[1] else g @ w.T, x.T @ g, g.sum(0)),
            "The shapes fit by chance where w is square. Column o of `out` came from column o of w: does your product pair "
            "them so?",
        ),
    },
)
def dense_backward(x, w, grad_out):
    return grad_out @ w.T, x.T @ grad_out, grad_out.sum(axis=0)


def _classes(rng):
    yield np.array([0, 2]), np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 3.0]])
    yield np.array([1]), np.array([[0.5, -0.5]])
    yield rng.integers(0, 4, size=6), 3 * rng.normal(size=(6, 4))
    yield rng.integers(0, 3, size=3), rng.normal(size=(3, 3))
    yield np.zeros(5, int), np.zeros((5, 10))


def _softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _truth(labels, z):
    return np.eye(z.shape[1])[labels]


@lesson.function(
    "(labels, logits) -> array",
    cases=_classes,
    edges={
        "logits of ±1000, rightly sure": (np.array([0, 1]), np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])),
        "logits of ±1000, wrongly sure": (np.array([1, 0]), np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])),
    },
    hints=(
        "First the softmax of each row, an array of the shape of `logits`; the largest logit of the row taken out first.",
        "The gradient of one row is its probabilities, with 1 subtracted at the place of the right class. "
        "`p[np.arange(n), labels]` are those places.",
        "`p = e / e.sum(axis=1, keepdims=True)` with `e = np.exp(logits - logits.max(axis=1, keepdims=True))`; then "
        "`p[np.arange(n), labels] -= 1`. What does the mean over n rows still ask for?",
    ),
    reread="From the loss into the scores",
    mistakes={
        "no_mean": (
            lambda y, z: _softmax(z) - _truth(y, z),
            "This is the gradient of the sum of the losses. The loss is their mean: what does that do to each row?",
        ),
        "sign": (
            lambda y, z: (_truth(y, z) - _softmax(z)) / len(y),
            "The sign is turned: raising the right class's score must lower the loss.",
        ),
        "only_softmax": (
            lambda y, z: _softmax(z) / len(y),
            "The labels play no part here: the second term of the loss, minus the logit of the right class, is missing.",
        ),
        "mean_over_all": (
            lambda y, z: (_softmax(z) - _truth(y, z)) / z.size,
            "This divides by the number of logits. The mean goes over the n examples.",
        ),
        "wrong_axis": (
            lambda y, z: (_softmax(z, 0) - _truth(y, z)) / len(y),
            "The softmax runs over the examples instead of the classes: which axis must sum to 1?",
        ),
    },
)
def softmax_cross_entropy_gradient(labels, logits):
    return (_softmax(logits) - _truth(labels, logits)) / len(labels)


class Node:
    """A step of a computation: a name, some numbers, and the nodes it came from. == answers number by number."""

    def __init__(self, name, *parents):
        self.name, self.parents, self.data = name, parents, np.array([1.0, 2.0])

    def __eq__(self, other):
        return self.data == getattr(other, "data", other)

    __hash__ = object.__hash__

    def __repr__(self):
        return f"<{self.name}>"


def _graphs(rng):
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


def _in_order(result, node):
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


@lesson.function(
    "(node) -> list",
    cases=_graphs,
    verify=_in_order,
    hints=(
        "When may a node be put into the list? When all its parents are in it. So visit the parents first, and put the node "
        "in afterwards.",
        "A function inside the function, `visit(node)`, that calls itself for every parent. A set of what has been visited "
        "keeps it from visiting a node twice; a set compares nodes by identity first, a list by `==`.",
        "`def visit(n)`: if `id(n)` is in `seen`, return; add it; `for parent in n.parents: visit(parent)`; "
        "`order.append(n)`. Then `visit(node)` and return `order`.",
    ),
    reread="Children first: the order of the walk",
)
def topological_order(node):
    order, seen, stack = [], set(), [(node, False)]
    while stack:
        one, done = stack.pop()
        if done:
            order.append(one)
        elif id(one) not in seen:
            seen.add(id(one))
            stack.append((one, True))
            stack += [(parent, False) for parent in one.parents]
    return order


def _stretched(rng):
    yield np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]]), (2,)
    yield np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]]), (3, 1)
    yield np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]]), (1, 2)
    yield np.array([1.0, 2.0, 4.0]), (3,)
    yield np.array([1.0, 2.0, 4.0]), (1,)
    yield np.array([1.0, 2.0, 4.0]), ()
    yield rng.normal(size=(2, 4, 3, 5)), (4, 1, 5)
    yield rng.normal(size=(2, 1, 3)), (1, 3)
    yield rng.normal(size=(3, 3)), (3, 1)


def _by_size(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad


@lesson.function(
    "(grad, shape) -> array of that shape",
    cases=_stretched,
    hints=(
        "Broadcasting does two things: it puts axes in front, and it repeats axes of length 1. Both make one number of the "
        "operand appear many times in the result.",
        "First sum away the axes in front, `grad.ndim - len(shape)` of them, always axis 0. Then look for the axes where "
        "`shape` says 1.",
        "`while grad.ndim > len(shape): grad = grad.sum(axis=0)`; then for each axis, where `shape[axis] == 1`: "
        "`grad = grad.sum(axis=axis, keepdims=True)`.",
    ),
    reread="Broadcasting is using a value many times",
    mistakes={
        "front_only": (
            _by_size,
            "The axes in front are summed. What about an axis of length 1 that was stretched?",
        ),
        "mean": (
            lambda g, s: unbroadcast(g, s) * (np.prod(s) / g.size),
            "This is the mean of the copies. A value used many times gets the sum of the gradients that come back.",
        ),
        "first_copy": (
            lambda g, s: g[(0,) * (g.ndim - len(s))][tuple(slice(0, n) for n in s)],
            "This keeps the gradient of the first copy and drops the others.",
        ),
    },
)
def unbroadcast(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def _networks(rng):
    for n, i, h, k in ((2, 2, 2, 2), (4, 3, 2, 3), (1, 2, 5, 2), (6, 4, 4, 4)):
        x, w1, b1, w2, b2 = (rng.normal(size=shape).round(1) for shape in ((n, i), (i, h), h, (h, k), k))
        yield x, rng.integers(0, k, size=n), w1, b1, w2, b2


def _walk_back(x, labels, w1, b1, w2, b2, slope):
    z1 = x @ w1 + b1
    h = 1 / (1 + np.exp(-z1))
    grad_z2 = softmax_cross_entropy_gradient(labels, h @ w2 + b2)
    grad_h, grad_w2, grad_b2 = dense_backward(h, w2, grad_z2)
    grad_z1 = grad_h * slope(z1, h)
    _, grad_w1, grad_b1 = dense_backward(x, w1, grad_z1)
    return grad_z2, grad_w2, grad_b2, grad_h, grad_z1, grad_w1, grad_b1


@lesson.function(
    "(x, labels, w1, b1, w2, b2) -> (grad_z2, grad_w2, grad_b2, grad_h, grad_z1, grad_w1, grad_b1)",
    cases=_networks,
    hints=(
        "Read the table from the top: the walk goes from the loss back to the first layer. Everything after a wrong line is "
        "wrong too, so which gradient is the first to differ?",
        "The line that makes it has two factors. The one that came before it in the table is right; so look at the other.",
        "The slope of the sigmoid is s·(1 − s), where s is the sigmoid's result. What does the line hand to `sigmoid_slope`?",
    ),
    reread="Two layers by hand",
    mistakes={
        "unchanged": (
            lambda x, y, w1, b1, w2, b2: _walk_back(x, y, w1, b1, w2, b2, lambda z, h: z * (1 - z)),
            "This is still the code as it was given. Which gradient is the first that differs?",
        ),
        "slope_dropped": (
            lambda x, y, w1, b1, w2, b2: _walk_back(x, y, w1, b1, w2, b2, lambda z, h: 1.0),
            "The sigmoid's slope is left out now: `grad_z1` is more than a copy of `grad_h`.",
        ),
        "slope_of_tanh": (
            lambda x, y, w1, b1, w2, b2: _walk_back(x, y, w1, b1, w2, b2, lambda z, h: 1 - h * h),
            "1 − h² is the slope of another bend, the hyperbolic tangent.",
        ),
    },
)
def fix_backward_pass(x, labels, w1, b1, w2, b2):
    return _walk_back(x, labels, w1, b1, w2, b2, lambda z, h: h * (1 - h))
