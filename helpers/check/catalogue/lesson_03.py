"""Exercises of lesson 03, backpropagation."""

import numpy as np

from helpers.check.catalogue import broadcasts, graphs, layer_slopes, score_slopes
from helpers.check.registry import Lesson

lesson = Lesson(3)


lesson.predict(
    "predict_gradient_cost",
    "How much work does it take to find all 640 slopes exactly, in runs of the model?",
    choices={
        "a": "",
        "b": "One run per pixel is a fair guess: the pixels do share work. The sharing goes much further than that.",
        "c": "That is the price if every slope is worked out by itself, from its own weight to the loss. The ten scores of "
        "an image are shared by 64 weights each: what can be done once for all of them?",
        "d": "Exactness is not the price: what makes nudging expensive is asking 640 separate questions.",
    },
    answer="a",
    because="One run forward, and one walk back that here, with a single layer, costs about as much as another run (about "
    "two in a deep model). The lesson counts it.",
    hints=(
        "A run multiplies each of the 640 weights with the pixels, once. How often does an exact slope have to touch them?",
        "All 640 slopes are slopes of one and the same number, the loss. What do two of them share?",
        "The way from the scores to the loss is common to all slopes: it is walked back once. What is left for each weight "
        "is one product per image, as in the run itself.",
    ),
    reread="1,280 runs for one step",
)


lesson.predict(
    "predict_used_twice",
    "What is the gradient of w in L = w · w + 3w at w = 2?",
    choices={
        "a": "Then w's part in the product would count for nothing. Let w move by a tiny step: does only 3w move?",
        "b": "Both factors of w · w are w. When w moves, each of them moves the product.",
        "c": "",
        "d": "Rates multiply along one path, from arrow to arrow. These three arrows lie side by side, on different paths.",
    },
    answer="c",
    because="When w moves, it moves the loss along all three arrows at once, and small movements add: 2 + 2 + 3.",
    hints=(
        "Let w grow by a tiny amount. How much does w · w grow, how much does 3w, and how much their sum?",
        "The first factor of w · w alone makes the product grow 2 times as much as w does, and so does the second.",
        "School calculus gives the slope of w² + 3w: work it out at w = 2.",
    ),
    reread="A value used twice: gradients add",
)


def _layers(rng):
    # N, I and O all differ and none is 1, so that a product or a sum over the wrong axis, or none, shows in the shapes
    x, w = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]]), np.array([[1.0, 0.0, -1.0, 2.0], [2.0, 1.0, 0.0, 1.0]])
    yield x, w, np.array([[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0], [100.0, 200.0, 300.0, 400.0]])
    yield rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    yield rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    yield rng.normal(size=(1, 6)), rng.normal(size=(6, 1)), rng.normal(size=(1, 1))


@lesson.function(
    "(x, w, grad_out) -> (grad_x, grad_w, grad_b)",
    cases=_layers,
    hints=(
        "Each answer has the shape of what it is the gradient of: (N, I), (I, O) and (O,). Which products of `grad_out` with "
        "`x` or `w` have those shapes?",
        "`grad_w[i, o]` is the sum over the rows n of `x[n, i] * grad_out[n, o]`: a product in which the rows are summed "
        "over, so one of the two has to be transposed. `b` is added in every row.",
        "`x.T @ grad_out` is one of them; another is `grad_out @` something transposed; the third is a sum of `grad_out` "
        "over axis 0. Return them in the order grad_x, grad_w, grad_b.",
    ),
    reread="A whole layer at once",
    mistakes=layer_slopes.DENSE,
)
def dense_backward(x, w, grad_out):
    return layer_slopes.dense(x, w, grad_out)


def _classes(rng):
    yield np.array([0, 2]), np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 3.0]])
    yield np.array([1]), np.array([[0.5, -0.5]])
    yield rng.integers(0, 4, size=6), 3 * rng.normal(size=(6, 4))
    yield rng.integers(0, 3, size=3), rng.normal(size=(3, 3))
    yield np.zeros(5, int), np.zeros((5, 10))


@lesson.function(
    "(labels, logits) -> array",
    cases=_classes,
    edges={
        "logits of ±1000, rightly sure": (np.array([0, 1]), np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])),
        "logits of ±1000, wrongly sure": (np.array([1, 0]), np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])),
        "one row far below the other": (np.array([0, 1]), np.array([[1000.0, -1000.0], [-1000.0, -1000.0]])),
        "two large logits close together": (np.array([1]), np.array([[1000.0, 999.0, 0.0]])),
    },
    hints=(
        "First the softmax of each row: `p = activations.softmax(logits)` has the shape of `logits`. What does the formula "
        "take off it, and where?",
        "The gradient of one row is its probabilities, with 1 subtracted at the place of the right class. "
        "`p[np.arange(n), labels]` are those places.",
        "`p = activations.softmax(logits)`; then `p[np.arange(n), labels] -= 1`. What does the mean over n rows still ask "
        "for?",
    ),
    reread="From the loss into the scores",
    mistakes=score_slopes.MISTAKES,
)
def softmax_cross_entropy_gradient(labels, logits):
    return score_slopes.gradient(labels, logits)


def _networks(rng):
    # first one in which x, z1 and z2 have three shapes: what is taken for another then does not fit, here as in the lesson
    for n, i, h, k in ((2, 3, 2, 4), (4, 3, 2, 3), (1, 2, 5, 2), (6, 4, 4, 4)):
        x, w1, b1, w2, b2 = (rng.normal(size=shape).round(1) for shape in ((n, i), (i, h), h, (h, k), k))
        yield x, rng.integers(0, k, size=n), w1, b1, w2, b2


@lesson.function(
    "(x, labels, w1, b1, w2, b2) -> (grad_z2, grad_w2, grad_b2, grad_s, grad_z1, grad_w1, grad_b1)",
    cases=_networks,
    hints=(
        "Read the table from the top: the walk goes from the loss back to the first layer. What uses a wrong gradient is, as "
        "a rule, wrong too, so which gradient is the first to differ?",
        "The line that makes it has two factors. The one that came before it in the table is right; so look at the other.",
        "The sigmoid is applied to z1 and gives s. `sigmoid_slope(z)` applies the sigmoid itself. To what should it be, "
        "and to what is it applied?",
    ),
    reread="Two layers by hand",
    mistakes=layer_slopes.BACKWARD_PASS,
)
def fix_backward_pass(x, labels, w1, b1, w2, b2):
    return layer_slopes.walk_back(x, labels, w1, b1, w2, b2)


lesson.predict(
    "predict_same_at_every_h",
    "Which error of a gradient check stays much the same all the way from h = 1e-8 to h = 1e-1?",
    choices={
        "a": "In float64 the measurement of a smooth curve changes with h by many powers of ten: rounding where h is "
        "small, the change of the bend where h is large.",
        "b": "In float32 rounding is divided by 2h as well: with a small h it grows without measure.",
        "c": "As soon as h is smaller than the distance to the corner, both measured points lie on the same side of it.",
        "d": "",
    },
    answer="d",
    because="The measurement may change with h; what the wrong formula says does not, and the gap between them is its own.",
    hints=(
        "The error compares a formula with a measurement. Which of the two does h change?",
        "Where the measurement is what is wrong, another h makes it better or worse.",
        "In three of the four cases the formula is right.",
    ),
    reread="Where the check lies",
)


lesson.predict(
    "predict_walk_order",
    "What does a get when c hands on its gradient before d has handed back to c?",
    choices={
        "a": "It would, if c waited. But c hands on what it holds at that moment: what comes later stays in c.",
        "b": "",
        "c": "c hands on once, as before; nothing is counted twice. Is everything counted?",
        "d": "Nothing checks the order: each node hands on a number, and all are added.",
    },
    answer="b",
    because="What d gives to c comes after c has handed on, so it never reaches a: 16 in place of 24.",
    hints=(
        "Write down what c holds when it hands on: which of its two children has given to it?",
        "L gives c the value of d, 6, and gives d the value of c, 4. Then c hands on, then d.",
        "c hands 6 to a, twice; d hands 4 to a, and 4 to c, which has had its turn.",
    ),
    reread="Children first: the order of the walk",
)


@lesson.function(
    "(node) -> list",
    cases=graphs.cases,
    verify=graphs.in_order,
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


@lesson.function(
    "(grad, shape) -> array of that shape",
    cases=_stretched,
    edges={
        "two axes in front": (np.arange(24.0).reshape(4, 3, 2), (2,)),
        "two axes in front of a single number": (np.arange(12.0).reshape(4, 3), ()),
        "two stretched axes": (np.arange(24.0).reshape(2, 3, 4), (1, 3, 1)),
        "every axis stretched": (np.arange(12.0).reshape(3, 4), (1, 1)),
    },
    hints=(
        "Broadcasting does two things: it puts axes in front, and it repeats axes of length 1. Both make one number of the "
        "operand appear many times in the result.",
        "First sum away the axes in front, `grad.ndim - len(shape)` of them, always axis 0. Then look for the axes where "
        "`shape` says 1.",
        "`while grad.ndim > len(shape): grad = grad.sum(axis=0)`; then for each axis, where `shape[axis] == 1`: "
        "`grad = grad.sum(axis=axis, keepdims=True)`.",
    ),
    reread="Broadcasting is using a value many times",
    mistakes=broadcasts.MISTAKES,
)
def unbroadcast(grad, shape):
    return broadcasts.unbroadcast(grad, shape)
