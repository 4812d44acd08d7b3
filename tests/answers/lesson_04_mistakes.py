"""Wrong answers to the exercises of lesson 04 as people write them, under the mistake that each must be told as."""

import math

import numpy as np

from helpers import activations, layers, losses, models, optimizers
from helpers.activations import relu
from helpers.autodiff import Tensor

NAMED = {}


def divided(x, grad_out):
    with np.errstate(all="ignore"):
        return activations.relu(x) / x * grad_out


NAMED["relu_backward"] = {
    "where_below_zero": [lambda x, g: np.where(x < 0, g, 0)],
    "half_at_zero": [lambda x, g: (np.sign(x) + 1) / 2 * g],
    "leaky": [lambda x, g: np.where(x > 0, 1, 0.01) * g],
    "leaky_fifth": [
        lambda x, g: np.maximum((x > 0) * g, 0.2 * g) * (g > 0) + np.minimum((x > 0) * g, 0.2 * g) * (g < 0)
    ],
    "sign_for_slope": [lambda x, g: np.sign(x) * g],
    "size_only": [lambda x, g: np.where(x > 0, abs(g), 0)],
    "divides_by_x": [divided],
    "picked_out": [lambda x, g: g[np.nonzero(x > 0)]],
    "corner_at_1": [lambda x, g: np.where(x > 1, g, 0)],
    "turned_below_zero": [lambda x, g: (2 * (x > 0) - 1) * g],
    "x_for_gradient": [lambda x, g: np.where(g > 0, x, 0)],
}


def trained(
    step=None,
    bend=activations.relu,
    collect=lambda history, loss: history.append(loss.item()),
    finish=list,
    scores=None,
    zeroed=slice(None),
):
    """A training in Tensors; step(parameters, rate) makes the step, collect and finish what is returned.

    scores(x, w1, b1, w2, b2): the prediction. zeroed: which of the four get new gradients.
    """

    def descend(parameters, rate):
        for p in parameters:
            if p.grad is not None:
                p.data -= rate * p.grad

    def answer(x, labels, weights, learning_rate, steps):
        w1, b1, w2, b2 = parameters = [Tensor(w.copy()) for w in weights]
        history = []
        for _ in range(steps):
            for p in parameters[zeroed]:
                p.zero_grad()
            out = scores(x, w1, b1, w2, b2) if scores else bend(x @ w1 + b1) @ w2 + b2
            loss = losses.softmax_cross_entropy(labels, out)
            loss.backward()
            (step or descend)(parameters, learning_rate)
            collect(history, loss)
        return finish(history)

    return answer


def last_layer_first(x, labels, weights, learning_rate, steps):
    w1, b1, w2, b2 = [w.copy() for w in weights]
    history, rows = [], np.arange(len(x))
    for _ in range(steps):
        z = x @ w1 + b1
        h = np.maximum(z, 0)
        p = activations.softmax(h @ w2 + b2)
        history.append(-np.log(p[rows, labels]).mean())
        p[rows, labels] -= 1
        d = p / len(x)
        w2 -= learning_rate * h.T @ d
        b2 -= learning_rate * d.sum(axis=0)
        back = d @ w2.T * (z > 0)
        w1 -= learning_rate * x.T @ back
        b1 -= learning_rate * back.sum(axis=0)
    return history


def steps_by(*moved, rate=lambda rate: rate):
    def step(parameters, given):
        for i in moved:
            parameters[i].data = parameters[i].data - rate(given) * parameters[i].grad

    return step


def steps_in_place_of_weights(sign=-1):
    def step(parameters, rate):
        for p in parameters:
            p.data = sign * rate * p.grad

    return step


def one_graph(**how):
    """The loss is computed once, before the loop."""

    def answer(x, labels, weights, learning_rate, steps):
        w1, b1, w2, b2 = parameters = [Tensor(w) for w in weights]
        history = []
        loss = losses.softmax_cross_entropy(labels, relu(x @ w1 + b1) @ w2 + b2)
        for _ in range(steps):
            for p in parameters:
                p.zero_grad()
            loss.backward(**how)
            for p in parameters:
                p.data -= learning_rate * p.grad
            history.append(loss.item())
        return history

    return answer


def tensors_of_the_start(x, labels, weights, rate, steps):
    """Each step makes its Tensors anew, from the arrays that came in."""
    history = []
    for _ in range(steps):
        params = [Tensor(w) for w in weights]
        w1, b1, w2, b2 = params
        loss = losses.softmax_cross_entropy(labels, relu(x @ w1 + b1) @ w2 + b2)
        loss.backward()
        for p in params:
            p.data = p.data - rate * p.grad
        history.append(loss.item())
    return history


NAMED["build_training_loop"] = {
    "step_first": [last_layer_first],
    "last_loss_only": [trained(finish=lambda history: history[-1])],
    "first_bias_stays": [trained(steps_by(0, 2, 3))],
    "last_bias_stays": [trained(steps_by(0, 1, 2))],
    "no_learning_rate": [trained(steps_by(0, 1, 2, 3, rate=lambda rate: 1))],
    "fixed_rate": [trained(steps_by(0, 1, 2, 3, rate=lambda rate: 0.1))],
    "sigmoid_for_relu": [trained(bend=activations.sigmoid)],
    "tanh_for_relu": [trained(bend=np.tanh)],
    "one_step_too_many": [lambda x, y, w, rate, steps: trained()(x, y, w, rate, steps + 1)],
    "one_step_too_few": [trained(finish=lambda history: history[:-1])],
    "first_step_only": [trained(finish=lambda history: history[:1])],
    "b1_after_the_bend": [trained(scores=lambda x, w1, b1, w2, b2: (relu(x @ w1) + b1) @ w2 + b2)],
    "no_b1": [trained(scores=lambda x, w1, b1, w2, b2: relu(x @ w1) @ w2 + b2)],
    "no_b2": [trained(scores=lambda x, w1, b1, w2, b2: relu(x @ w1 + b1) @ w2)],
    "no_biases": [trained(scores=lambda x, w1, b1, w2, b2: relu(x @ w1) @ w2)],
    "bias_twice": [trained(scores=lambda x, w1, b1, w2, b2: (b1 + relu(b1 + x @ w1)) @ w2 + b2)],
    "relu_on_the_inputs": [trained(scores=lambda x, w1, b1, w2, b2: (relu(x) @ w1 + b1) @ w2 + b2)],
    "relu_on_inputs_and_hidden": [trained(scores=lambda x, w1, b1, w2, b2: relu(relu(x) @ w1 + b1) @ w2 + b2)],
    "relu_at_the_end_alone": [trained(scores=lambda x, w1, b1, w2, b2: relu((x @ w1 + b1) @ w2 + b2))],
    "relu_on_the_kernel": [trained(scores=lambda x, w1, b1, w2, b2: (x @ relu(w1) + b1) @ w2 + b2)],
    "shapes_do_not_match": [trained(scores=lambda x, w1, b1, w2, b2: relu(x @ w1) + b1 @ w2 + b2)],
    "softmax_for_relu": [trained(bend=activations.softmax)],
    "leaky_for_relu": [trained(bend=activations.leaky_relu)],
    "kernels_zeroed": [trained(zeroed=slice(0, None, 2))],
    "biases_zeroed": [trained(zeroed=slice(1, None, 2))],
    "first_layer_zeroed": [trained(zeroed=slice(2))],
    "last_layer_zeroed": [trained(zeroed=slice(2, None))],
    "first_zeroed": [trained(zeroed=slice(1))],
    "last_zeroed": [trained(zeroed=slice(3, None))],
    "last_weight_alone": [trained(steps_by(3))],
    "first_weight_alone": [trained(steps_by(0))],
    "not_zeroed_uphill": [trained(steps_by(0, 1, 2, 3, rate=lambda rate: -rate), zeroed=slice(0))],
    "no_bend+not_zeroed": [trained(bend=lambda z: z, zeroed=slice(0))],
    "b1_after_the_bend+not_zeroed": [
        trained(scores=lambda x, w1, b1, w2, b2: (relu(x @ w1) + b1) @ w2 + b2, zeroed=slice(0))
    ],
    "softmax_twice+not_zeroed": [
        trained(scores=lambda x, w1, b1, w2, b2: activations.softmax(relu(x @ w1 + b1) @ w2 + b2), zeroed=slice(0))
    ],
    "mean_twice": [lambda x, y, w, rate, steps: trained()(x, y, w, rate / len(y), steps)],
    "replaced": [trained(steps_in_place_of_weights()), trained(steps_in_place_of_weights(sign=1))],
    "not_zeroed_replaced": [trained(steps_in_place_of_weights(), zeroed=slice(0))],
    "never_moves": [one_graph(keep_graph=True), tensors_of_the_start],
    "backward_twice": [one_graph()],
}

NAMED["initial_loss"] = {
    "ten_only": [lambda classes: math.log(10)],
    "ten_only_3_digits": [lambda classes: 2.303],
    "ten_only_6_digits": [lambda classes: 2.302585],
    "rounded_to_2": [lambda classes: float(f"{math.log(classes):.2f}")],
    "mean_over_classes": [lambda classes: -np.mean([np.log(1 / classes) / classes for _ in range(classes)])],
    "one_class_more": [np.log1p],
    "one_class_fewer": [lambda classes: np.log(classes - 1), lambda classes: math.log(classes - 1)],
    "yes_or_no_for_each_class": [lambda classes: -classes * np.log(0.5)],
    "yes_or_no": [lambda classes: -np.log(1 / 2)],
    "softmax_twice": [lambda classes: losses.softmax_cross_entropy(np.array([0]), np.eye(classes)[:1])],
    "the_others": [lambda classes: -np.log((classes - 1) / classes)],
    "one_question_for_each_class": [lambda k: -np.log(1 / k) - (k - 1) * np.log((k - 1) / k)],
    "exponential": [lambda classes: math.exp(1 / classes), lambda classes: np.exp(-float(classes))],
    "another_at_each_call": [lambda k: losses.softmax_cross_entropy(np.array([0]), np.random.normal(size=(1, k)))],
}


def guess(p_of=activations.softmax, bend=activations.relu, loss=lambda p, rows, y: -np.log(p[rows, y]).mean()):
    def answer(x, labels, w1, b1, w2, b2):
        return loss(p_of(bend(x @ w1 + b1) @ w2 + b2), np.arange(len(labels)), labels)

    return answer


NAMED["fix_stuck_loss"] = {
    "no_bend": [guess(bend=lambda z: z)],
    "no_bend_and_softmax_twice": [guess(lambda z: activations.softmax(activations.softmax(z)), lambda z: z)],
    "softmax_for_the_bend": [guess(bend=activations.softmax)],
    "mean_over_entries": [guess(loss=lambda p, rows, y: -np.mean(np.eye(p.shape[1])[y] * np.log(p)))],
    "minus_probability": [guess(loss=lambda p, rows, y: -p[rows, y].mean())],
    "sign": [guess(loss=lambda p, rows, y: np.log(p[rows, y]).mean())],
    "log_of_the_mean": [guess(loss=lambda p, rows, y: -np.log(p[rows, y].mean()))],
    "guard_too_large": [guess(loss=lambda p, rows, y: -np.log(p[rows, y] + 1e-3).mean())],
    "over_the_rows": [guess(lambda z: activations.softmax(z, axis=0))],
    "entropy": [guess(loss=lambda p, rows, y: -(p * np.log(p)).mean())],
    "squares": [guess(loss=lambda p, rows, y: np.sum((np.eye(p.shape[1])[y] - p) ** 2) / len(p))],
    "exponentials": [guess(np.exp, loss=lambda p, rows, y: losses.softmax_cross_entropy(y, p))],
    "each_class_by_itself": [guess(activations.sigmoid)],
    "softmax_after_the_bend": [guess(bend=lambda z: activations.softmax(relu(z)))],
    "scaled_20": [guess(lambda z: activations.softmax(20 * activations.softmax(z)))],
    "scaled_50": [guess(lambda z: activations.softmax(50 * activations.softmax(z)))],
    "no_b2": [lambda x, y, w1, b1, w2, b2: losses.softmax_cross_entropy(y, activations.relu(x @ w1 + b1) @ w2)],
    "no_b1": [lambda x, y, w1, b1, w2, b2: losses.softmax_cross_entropy(y, activations.relu(x @ w1) @ w2 + b2)],
}


def twenty(
    epochs,
    rate=0.01,
    loss=None,
    targets=lambda labels: labels,
    units=10,
    optimizer=optimizers.Adam,
    hidden=64,
    last=None,
    give=lambda model, history: model,
    order=slice(None),
    **options,
):
    """A training of the lesson's kind, one part of it other than it should be."""

    def answer(images, labels):
        model = models.Sequential(
            [layers.Dense(hidden, activation="relu", **options), layers.Dense(units, activation=last, **options)],
            seed=0,
        )
        model.compile(optimizer(rate), loss or losses.SparseCategoricalCrossentropy(from_logits=True))
        history = model.fit(images[order], targets(labels), batch_size=20, epochs=epochs, seed=0) if epochs else None
        return give(model, history)

    return answer


class Fixed:
    """A model whose scores are what it was given."""

    def __init__(self, scores):
        self.scores = scores

    def predict(self, images):
        return self.scores


def one_hot(labels):
    return np.eye(10)[labels]


OTHER_ORDER = np.random.default_rng(0).permutation(20)
NAMED["build_overfit_twenty"] = {
    "loss_of_distances": [
        twenty(200, loss="mse", targets=one_hot),
        twenty(20, loss="mse", targets=one_hot),
    ],
    "scores_of_one_and_zero": [lambda images, labels: Fixed(one_hot(labels) + 0.1)],
    "loss_not_low": [lambda images, labels: Fixed(2 * one_hot(labels))],
    "classes_for_scores": [lambda images, labels: Fixed(labels)],
    "one_score": [twenty(5, loss="mse", targets=lambda labels: labels[:, None].astype(float), units=1)],
    "number_of_scores": [twenty(5, units=12)],
    "history_for_model": [twenty(5, give=lambda model, history: history)],
    "no_model": [lambda images, labels: labels],
    "near_guessing": [twenty(0), twenty(5, rate=0.01, optimizer=optimizers.SGD)],
    "worse_than_guessing": [twenty(200, order=OTHER_ORDER)],
    "same_for_all": [twenty(50, kernel_initializer="zeros")],
    "narrow": [twenty(200, hidden=2), twenty(400, hidden=3)],
    "relu_on_scores": [twenty(50, 0.5, last="relu", optimizer=optimizers.SGD)],
    "not_finite": [lambda images, labels: Fixed(np.full((20, 10), np.nan))],
    "scores_as_probabilities": [twenty(20, loss=losses.SparseCategoricalCrossentropy())],
}
