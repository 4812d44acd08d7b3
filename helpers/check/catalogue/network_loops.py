"""Training loops of lesson 04, done right and done wrong in the ways that learners do them."""

import numpy as np

from helpers import activations, losses
from helpers.autodiff import Tensor
from helpers.check.registry import any_of


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss_of(labels, z):
    top = z.max(axis=1)
    return float(np.mean(np.log(np.exp(z - top[:, None]).sum(axis=1)) + top - z[np.arange(len(labels)), labels]))


def loop(
    x,
    labels,
    weights,
    rate,
    steps,
    *,
    zeroed=(0, 1, 2, 3),
    sign=1,
    after=False,
    moved=(0, 1, 2, 3),
    mean=True,
    step_first=False,
    replaced=False,
):
    """Return the losses of a training; each keyword spoils one part of it.

    zeroed: the weights whose gradients begin anew in each step. sign: −1 walks uphill. after: the losses are those after the
    step. moved: the weights that move. mean: the gradient is that of the mean. step_first: the last layer moves before its
    kernel carries the gradient back. replaced: a weight becomes its step, instead of moving by it.
    """
    weights = [np.array(w, dtype=float) for w in weights]
    kept = [np.zeros_like(w) for w in weights]
    history = []

    def forward():
        z = x @ weights[0] + weights[1]
        h = np.maximum(z, 0)
        return z, h, h @ weights[2] + weights[3]

    for _ in range(steps):
        z, h, scores = forward()
        history.append(loss_of(labels, scores))
        d = softmax(scores)
        d[np.arange(len(labels)), labels] -= 1
        d = d / len(labels) if mean else d
        carrier = weights[2] - sign * rate * (h.T @ d) if step_first else weights[2]
        dz = (d @ carrier.T) * (z > 0)
        grads = [x.T @ dz, dz.sum(axis=0), h.T @ d, d.sum(axis=0)]
        for k, g in enumerate(grads):
            kept[k] = g if k in zeroed else kept[k] + g
            if k in moved:
                weights[k] = (0 if replaced else weights[k]) - sign * rate * kept[k]
        if after:
            history[-1] = loss_of(labels, forward()[2])
    return history


def predicted(scores, zeroed=True):
    """The loop of those whose scores are another `scores(x, w1, b1, w2, b2)`; what is left out of them stays as it is.

    zeroed=False: each step uses the sum of all gradients so far.
    """

    def wrong(x, labels, weights, rate, steps):
        history, kept = [], [0.0] * len(weights)
        for _ in range(steps):
            tensors = [Tensor(w) for w in weights]
            loss = losses.softmax_cross_entropy(labels, scores(x, *tensors))
            loss.backward()
            history.append(loss.item())
            grads = [0.0 if w.grad is None else w.grad for w in tensors]
            kept = grads if zeroed else [sum(both) for both in zip(kept, grads, strict=True)]
            weights = [w.data - rate * g for w, g in zip(tensors, kept, strict=True)]
        return history

    return wrong


def bent(at_the_end=lambda scores: scores, hidden=activations.relu):
    """The scores of those who send them through a softmax or a relu, or the hidden layer through another bend."""
    return lambda x, w1, b1, w2, b2: at_the_end(hidden(x @ w1 + b1) @ w2 + b2)


def spoilt(**how):
    return lambda *args: loop(*args, **how)


def _sums(x, labels, weights, rate, steps):
    return [len(labels) * loss for loss in loop(x, labels, weights, rate, steps, mean=False)]


def _with(**changed):
    """The right loop with other settings, each a function of what came in."""
    return lambda x, labels, weights, rate, steps: loop(
        x, labels, weights, changed.get("rate", lambda rate: rate)(rate), changed.get("steps", lambda n: n)(steps)
    )


_NOT_ZEROED = (
    "From the second step on, each step uses the sum of all gradients so far. Which of the five parts is missing?"
)
_AFTER = "These are the losses after each step. Asked is the loss before it: the one that `backward` starts from."
_REPLACED = (
    "The first loss is right; after the first step nothing is left of the weights that it was computed with. Does your step "
    "take something off the old value, or put something in its place?"
)
_STAY = "The two kernels move, the biases do not."


def _not_zeroed(which, *zeroed):
    return (
        spoilt(zeroed=zeroed),
        f"Only the gradients of {which} begin anew in each step. Those of the other weights are sums of all gradients so far.",
    )


# What people predict with in place of the right scores: {id: (the scores, what to say of them)}.
_SCORES = {
    "no_bend": (bent(hidden=lambda z: z), "There is no relu between the two layers."),
    "b1_after_the_bend": (
        lambda x, w1, b1, w2, b2: (activations.relu(x @ w1) + b1) @ w2 + b2,
        "`b1` is added after the relu. It belongs to what the relu bends: it decides where the corner is.",
    ),
    "no_b1": (
        lambda x, w1, b1, w2, b2: activations.relu(x @ w1) @ w2 + b2,
        "`b1` plays no part in the scores: it belongs to the hidden layer.",
    ),
    "no_b2": (
        lambda x, w1, b1, w2, b2: activations.relu(x @ w1 + b1) @ w2,
        "`b2` plays no part in the scores.",
    ),
    "no_biases": (
        lambda x, w1, b1, w2, b2: activations.relu(x @ w1) @ w2,
        "Neither of the two biases plays a part in the scores.",
    ),
    "bias_twice": (
        lambda x, w1, b1, w2, b2: (activations.relu(x @ w1 + b1) + b1) @ w2 + b2,
        "`b1` is added twice: before the relu, and after it.",
    ),
    "relu_on_the_inputs": (
        lambda x, w1, b1, w2, b2: (activations.relu(x) @ w1 + b1) @ w2 + b2,
        "The relu bends the inputs, and nothing bends between the two layers. It belongs to what comes out of the first layer.",
    ),
    "relu_on_inputs_and_hidden": (
        lambda x, w1, b1, w2, b2: activations.relu(activations.relu(x) @ w1 + b1) @ w2 + b2,
        "There are two relus. The one on the inputs takes away what is negative in the data: only the hidden layer has one.",
    ),
    "relu_at_the_end_alone": (
        lambda x, w1, b1, w2, b2: activations.relu((x @ w1 + b1) @ w2 + b2),
        "The relu stands after the second layer. Scores may be negative: it belongs between the two.",
    ),
    "relu_on_the_kernel": (
        lambda x, w1, b1, w2, b2: (x @ activations.relu(w1) + b1) @ w2 + b2,
        "The relu bends `w1` itself. It belongs to what comes out of the first layer.",
    ),
    "sigmoid_for_relu": (
        bent(hidden=activations.sigmoid),
        "The hidden layer bends with a sigmoid. A relu is asked for.",
    ),
    "tanh_for_relu": (bent(hidden=activations.tanh), "The hidden layer bends with a tanh. A relu is asked for."),
    "softmax_for_relu": (bent(hidden=activations.softmax), "The hidden layer has a softmax. A relu is asked for."),
    "leaky_for_relu": (
        bent(hidden=activations.leaky_relu),
        "The hidden layer bends with a leaky relu, which lets a part of what is negative through. A relu is asked for.",
    ),
    "softmax_twice": (
        bent(at_the_end=activations.softmax),
        "The loss expects scores: `losses.softmax_cross_entropy` applies a softmax itself, and here there are two.",
    ),
    "relu_on_scores": (
        bent(at_the_end=activations.relu),
        "There is a relu after the second layer, too. Scores may be negative: only the hidden layer has a relu.",
    ),
}

# Known mistakes of `build_training_loop`: the wrong function, and what to say of it.
TRAINING = {
    "not_zeroed": (spoilt(zeroed=()), _NOT_ZEROED),
    "not_zeroed_after_the_step": (spoilt(zeroed=(), after=True), f"Two things. {_NOT_ZEROED} And: {_AFTER}"),
    "not_zeroed_biases_stay": (spoilt(zeroed=(), moved=(0, 2)), f"Two things. {_NOT_ZEROED} And: {_STAY}"),
    "not_zeroed_uphill": (
        spoilt(zeroed=(), sign=-1),
        f"Two things. {_NOT_ZEROED} And: the loss is being made larger. Which way does minus the gradient point?",
    ),
    "not_zeroed_replaced": (spoilt(zeroed=(), replaced=True), f"Two things. {_REPLACED} And: {_NOT_ZEROED}"),
    "kernels_zeroed": _not_zeroed("the two kernels", 0, 2),
    "biases_zeroed": _not_zeroed("the two biases", 1, 3),
    "first_layer_zeroed": _not_zeroed("the first layer", 0, 1),
    "last_layer_zeroed": _not_zeroed("the last layer", 2, 3),
    "first_zeroed": _not_zeroed("`w1`", 0),
    "last_zeroed": _not_zeroed("`b2`", 3),
    "uphill": (spoilt(sign=-1), "The loss is being made larger: which way does minus the gradient point?"),
    "after_the_step": (spoilt(after=True), _AFTER),
    "replaced": (any_of(spoilt(replaced=True), spoilt(replaced=True, sign=-1)), _REPLACED),
    "never_moves": (
        spoilt(moved=()),
        "The loss stays the same. Is it computed anew in each step? Does your step change the Tensor's `.data`, the one that "
        "the prediction reads? Or are the Tensors made anew in each step, from the `weights` that came in, which never move?",
    ),
    "biases_stay": (spoilt(moved=(0, 2)), _STAY),
    "first_bias_stays": (spoilt(moved=(0, 2, 3)), "All move but `b1`."),
    "last_bias_stays": (spoilt(moved=(0, 1, 2)), "All move but `b2`."),
    "kernels_stay": (spoilt(moved=(1, 3)), "The biases move, the kernels do not."),
    "last_layer_only": (spoilt(moved=(2, 3)), "Only the last layer moves."),
    "first_layer_only": (spoilt(moved=(0, 1)), "Only the first layer moves."),
    "last_weight_alone": (
        spoilt(moved=(3,)),
        "Only `b2` moves, the last of the four. Does the line that moves a weight stand inside the loop over them?",
    ),
    "first_weight_alone": (
        spoilt(moved=(0,)),
        "Only `w1` moves, the first of the four. Does the loop over them end after one round?",
    ),
    "step_first": (
        spoilt(step_first=True),
        "The last layer moves before its kernel has carried the gradient back to the first layer: from the second loss on the "
        "walk is another. First all gradients, then all steps.",
    ),
    "summed_loss_gradient": (
        spoilt(mean=False),
        "The steps are those of the sum over the rows, while the loss is their mean.",
    ),
    "summed": (
        _sums,
        "These are the losses of a training on the *sum* over the rows: n times as large, with steps n times as long. Asked is "
        "the mean.",
    ),
    "mean_twice": (
        lambda x, labels, weights, rate, steps: loop(x, labels, weights, rate / len(x), steps),
        "The steps are divided by the number of rows. The loss is a mean already, and so are its gradients.",
    ),
    "no_learning_rate": (
        _with(rate=lambda rate: 1.0),
        "The learning rate has no effect: each step is the whole gradient.",
    ),
    "fixed_rate": (
        _with(rate=lambda rate: 0.1),
        "The learning rate is 0.1 here whatever is passed in: the argument is `learning_rate`.",
    ),
    "one_step_too_many": (_with(steps=lambda n: n + 1), "The losses are right, but there is one too many."),
    "one_step_too_few": (_with(steps=lambda n: n - 1), "The losses are right, but the last one is missing."),
    "first_step_only": (
        _with(steps=lambda n: 1),
        "There is one loss, whatever `steps` is. Does the loop go on? A `return` inside it ends the whole function.",
    ),
    "last_loss_only": (
        lambda *args: loop(*args)[-1],
        "This is the last loss, one number. Asked is the list of all: one for each step, in order.",
    ),
    **{id: (predicted(scores), said) for id, (scores, said) in _SCORES.items()},
    **{
        f"{id}+not_zeroed": (predicted(scores, zeroed=False), f"Two things. {said} And: {_NOT_ZEROED}")
        for id, (scores, said) in _SCORES.items()
    },
}
