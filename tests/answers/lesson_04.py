"""Answers to the exercises of lesson 04: RIGHT must pass, WRONG must fail."""

import math

import numpy as np

from helpers import activations, autodiff, layers, losses, models, optimizers
from helpers.autodiff import Tensor

RIGHT, WRONG, NAMED = {}, {}, {}


def relu_back_where(x, grad_out):
    return np.where(x > 0, grad_out, 0)


def relu_back_in_place(x, grad_out):
    grad = grad_out.copy()
    grad[x <= 0] = 0
    return grad


def relu_back_by_machine(x, grad_out):
    x = Tensor(x)
    activations.relu(x).backward(grad_out)
    return x.grad


def relu_back_from_output(x, grad_out):
    out = np.maximum(x, 0)
    return np.sign(out) * grad_out


def relu_back_loop(x, grad_out):
    return np.array([g if v > 0 else 0.0 for v, g in zip(x.flat, grad_out.flat, strict=True)]).reshape(x.shape)


def relu_back_spoils_input(x, grad_out):
    grad_out[x <= 0] = 0
    return grad_out


RIGHT["relu_backward"] = [
    relu_back_where,
    relu_back_in_place,
    relu_back_by_machine,
    relu_back_from_output,
    relu_back_loop,
    lambda x, g: (x > 0).astype(float) * g,
    lambda x, g: np.heaviside(x, 0) * g,
]
WRONG["relu_backward"] = [
    relu_back_spoils_input,
    lambda x, g: g[x > 0],
    lambda x, g: np.where(x > 0, g, 0.01 * g),
    lambda x, g: np.abs(g) * (x > 0),
]


def loop_tensors(x, labels, weights, learning_rate, steps):
    parameters = [Tensor(w) for w in weights]
    history = []
    while len(history) < steps:
        w1, b1, w2, b2 = parameters
        loss = losses.softmax_cross_entropy(labels, np.maximum(x @ w1 + b1, 0) @ w2 + b2)
        loss.backward()
        history.append(loss.data)
        for p in parameters:
            p.data = p.data - learning_rate * p.grad
            p.zero_grad()
    return history


def loop_fresh_tensors(x, labels, weights, learning_rate, steps):
    """New leaves at each step: nothing to zero."""
    for _ in range(steps):
        w1, b1, w2, b2 = tensors = list(map(Tensor, weights))
        loss = losses.softmax_cross_entropy(labels, activations.relu(x @ w1 + b1) @ w2 + b2)
        loss.backward()
        yield float(loss.data)
        weights = [t.data - learning_rate * t.grad for t in tensors]


def loop_by_hand(x, labels, weights, learning_rate, steps):
    w1, b1, w2, b2 = weights
    truth = np.eye(w2.shape[1])[labels]
    history = np.empty(steps)
    for t in range(steps):
        z = x @ w1 + b1
        h = np.maximum(z, 0)
        p = activations.softmax(h @ w2 + b2)
        history[t] = -np.log(p[truth == 1]).mean()
        d = (p - truth) / len(x)
        back = d @ w2.T * (z > 0)
        w2, b2 = w2 - learning_rate * h.T @ d, b2 - learning_rate * d.sum(0)
        w1, b1 = w1 - learning_rate * x.T @ back, b1 - learning_rate * back.sum(0)
    return history


def loop_fit(x, labels, weights, learning_rate, steps):
    model = models.Sequential(
        [layers.Dense(weights[0].shape[1], activation="relu"), layers.Dense(weights[2].shape[1])], seed=0
    )
    model.build((None, x.shape[1]), "float64")
    model.set_weights(weights)
    model.compile(optimizers.SGD(learning_rate), losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x, labels, batch_size=len(x), epochs=steps, shuffle=False).history["loss"]


RIGHT["build_training_loop"] = [loop_tensors, loop_fresh_tensors, loop_by_hand, loop_fit]


def loop_keeps_gradients(x, labels, weights, learning_rate, steps):
    parameters, history = [Tensor(w) for w in weights], []
    w1, b1, w2, b2 = parameters
    for _ in range(steps):
        loss = losses.softmax_cross_entropy(labels, activations.relu(x @ w1 + b1) @ w2 + b2)
        loss.backward()
        for p in parameters:
            p.data -= learning_rate * p.grad
        history.append(loss.item())
    return history


def loop_moves_a_name(x, labels, weights, learning_rate, steps):
    parameters, history = [Tensor(w) for w in weights], []
    w1, b1, w2, b2 = parameters
    for _ in range(steps):
        for p in parameters:
            p.zero_grad()
        loss = losses.softmax_cross_entropy(labels, activations.relu(x @ w1 + b1) @ w2 + b2)
        loss.backward()
        for p in parameters:
            p = p - learning_rate * p.grad
        history.append(loss.item())
    return history


def loop_zero_after_backward(x, labels, weights, learning_rate, steps):
    parameters, history = [Tensor(w) for w in weights], []
    w1, b1, w2, b2 = parameters
    for _ in range(steps):
        loss = losses.softmax_cross_entropy(labels, activations.relu(x @ w1 + b1) @ w2 + b2)
        loss.backward()
        for p in parameters:
            p.zero_grad()
            p.data -= learning_rate * p.grad
        history.append(loss.item())
    return history


def loop_softmax_twice(x, labels, weights, learning_rate, steps):
    parameters, history = [Tensor(w) for w in weights], []
    w1, b1, w2, b2 = parameters
    for _ in range(steps):
        for p in parameters:
            p.zero_grad()
        p = activations.softmax(activations.relu(x @ w1 + b1) @ w2 + b2)
        loss = losses.softmax_cross_entropy(labels, p)
        loss.backward()
        for q in parameters:
            q.data -= learning_rate * q.grad
        history.append(loss.item())
    return history


def loop_spoils_weights(x, labels, weights, learning_rate, steps):
    result = loop_by_hand(x, labels, weights, learning_rate, steps)
    for w in weights:
        w -= learning_rate
    return result


def loop_machine(loss_of, tensors=Tensor):
    def answer(x, labels, weights, learning_rate, steps):
        parameters, history = [tensors(w) for w in weights], []
        w1, b1, w2, b2 = parameters
        for _ in range(steps):
            loss = loss_of(labels, activations.relu(x @ w1 + b1) @ w2 + b2)
            loss.backward()
            for p in parameters:
                p.data = p.data - learning_rate * p.grad
                p.zero_grad()
            history.append(loss.item())
        return history

    return answer


def loop_hides_losses(x, labels, weights, learning_rate, steps):
    losses = []
    w1, b1, w2, b2 = map(Tensor, weights)
    for _ in range(steps):
        loss = losses.softmax_cross_entropy(labels, activations.relu(x @ w1 + b1) @ w2 + b2)
        losses.append(loss.item())
    return losses


RIGHT["build_training_loop"].append(loop_machine(losses.softmax_cross_entropy))
WRONG["build_training_loop"] = [
    loop_machine(lambda y, s: losses.softmax_cross_entropy(s, y)),
    loop_machine(lambda y, s: losses.softmax_cross_entropy(s.data, y)),
    loop_machine(lambda y, s: losses.softmax_cross_entropy(y, activations.relu(s))),
    loop_machine(losses.softmax_cross_entropy, tensors=np.array),
    loop_hides_losses,
    loop_zero_after_backward,
    loop_spoils_weights,
    lambda x, y, w, a, n: loop_tensors(x, y, w, a, n + 1),
    lambda x, y, w, a, n: loop_tensors(x, y, w, a, n)[-1],
    lambda x, y, w, a, n: loop_tensors(x, y, w, a, n)[::-1],
    lambda x, y, w, a, n: loop_tensors(x, y, w, a / 2, n),
    lambda x, y, w, a, n: [],
    lambda model: model,
]

RIGHT["initial_loss"] = [
    lambda classes: math.log(classes),
    lambda classes: -np.log(1 / classes),
    lambda classes: losses.softmax_cross_entropy(np.array([0]), np.zeros((1, classes))),
    lambda classes: np.array(np.log(float(classes))),
    lambda classes: sum(math.log(k + 1) - math.log(k) for k in range(1, classes)),
]
WRONG["initial_loss"] = [
    lambda classes: 2.303,
    lambda classes: np.log(classes - 1),
    lambda classes: classes,
]


def twenty_adam(images, labels):
    model = models.Sequential([layers.Dense(100, activation="tanh"), layers.Dense(10, activation="softmax")], seed=3)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(images, labels, batch_size=5, epochs=300, seed=1)
    return model


def twenty_by_hand(images, labels):
    """No hidden layer: 20 points in 64 dimensions are separable; a class of the learner's own does."""
    w, b = np.zeros((64, 10)), np.zeros(10)
    truth = np.eye(10)[labels]
    for _ in range(30_000):
        d = (activations.softmax(images @ w + b) - truth) / 20
        w, b = w - 1.0 * images.T @ d, b - 1.0 * d.sum(0)

    class Model:
        def predict(self, images):
            return images @ w + b

    return Model()


def twenty_function(images, labels):
    model = models.Sequential([layers.Dense(128, activation="relu"), layers.Dense(10)], seed=0)
    model.compile(optimizers.SGD(0.05, momentum=0.9), losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(images, labels, batch_size=4, epochs=100, seed=0)
    return model


RIGHT["build_overfit_twenty"] = [twenty_adam, twenty_by_hand, twenty_function]


def twenty(rate, epochs, units=10, last=None):
    def answer(images, labels):
        model = models.Sequential([layers.Dense(64, activation="relu"), layers.Dense(units, activation=last)], seed=0)
        model.compile(optimizers.SGD(rate), losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(images, labels, batch_size=20, epochs=epochs, seed=0)
        return model

    return answer


WRONG["build_overfit_twenty"] = [
    twenty(0.5, 5),
    twenty(0.001, 100),
    twenty(0.5, 800, units=12),
    twenty(0.5, 100, last="softmax"),
    lambda images, labels: twenty(0.5, 800)(images, labels).fit(images, labels, epochs=1),
    lambda images, labels: labels,
    lambda images, labels: None,
    lambda images, labels: twenty(0.5, 800)(images, (labels + 1) % 10),
    lambda images, labels: twenty(0.5, 800)(images, labels[:10]),
]


def stuck_by_class(x, labels, w1, b1, w2, b2):
    scores = activations.relu(x @ w1 + b1) @ w2 + b2
    return losses.SparseCategoricalCrossentropy(from_logits=True)(labels, scores)


def stuck_by_probability(x, labels, w1, b1, w2, b2):
    p = activations.softmax(np.clip(x @ w1 + b1, 0, None) @ w2 + b2)
    return -np.log(p[range(len(labels)), labels]).mean()


def stuck_by_tensor(x, labels, w1, b1, w2, b2):
    scores = activations.relu(x @ autodiff.Tensor(w1) + b1) @ w2 + b2
    return losses.softmax_cross_entropy(labels, scores).item()


def stuck_by_probability_loss(x, labels, w1, b1, w2, b2):
    p = activations.softmax(activations.relu(x @ w1 + b1) @ w2 + b2)
    return losses.SparseCategoricalCrossentropy()(labels, p)


def stuck_with_a_guard(x, labels, w1, b1, w2, b2):
    p = activations.softmax(activations.relu(x @ w1 + b1) @ w2 + b2)
    return -np.mean(np.log(p[np.arange(len(labels)), labels] + 1e-7))


RIGHT["fix_stuck_loss"] = [
    stuck_by_probability_loss,
    stuck_with_a_guard,
    stuck_by_class,
    stuck_by_probability,
    stuck_by_tensor,
    lambda x, y, w1, b1, w2, b2: losses.softmax_cross_entropy(y, np.maximum(0, x @ w1 + b1) @ w2 + b2),
]


def stuck_sigmoid(x, labels, w1, b1, w2, b2):
    h = activations.relu(x @ w1 + b1)
    return losses.softmax_cross_entropy(labels, activations.sigmoid(h @ w2 + b2))


def stuck_log_p(x, labels, w1, b1, w2, b2):
    p = activations.softmax(activations.relu(x @ w1 + b1) @ w2 + b2)
    return -np.log(p).mean()


def stuck_relu_last(x, labels, w1, b1, w2, b2):
    return losses.softmax_cross_entropy(labels, activations.relu(activations.relu(x @ w1 + b1) @ w2 + b2))


def stuck_elsewhere(x, labels, w1, b1, w2, b2):
    """The given code's result by another line: not yet repaired."""
    p = activations.softmax(activations.relu(x @ w1 + b1) @ w2 + b2)
    return losses.SparseCategoricalCrossentropy(from_logits=True)(labels, p)


def stuck_columns(x, labels, w1, b1, w2, b2):
    p = activations.softmax(activations.relu(x @ w1 + b1) @ w2 + b2)
    return -np.mean(np.log(p[:, labels]))


def stuck_scores_as_probabilities(x, labels, w1, b1, w2, b2):
    return losses.SparseCategoricalCrossentropy()(labels, activations.relu(x @ w1 + b1) @ w2 + b2)


WRONG["fix_stuck_loss"] = [
    stuck_elsewhere,
    lambda x, y, *w: stuck_by_class(x, y, *w) - np.log(1 + 9 / np.e),
    lambda x, y, w1, b1, w2, b2: activations.relu(x @ w1 + b1) @ w2 + b2,
    lambda x, y, *w: None,
]

RIGHT["predict_colleagues_loss"] = ["b", "B", "(b)"]
WRONG["predict_colleagues_loss"] = ["a", "c", "d", "e", 1.46]
RIGHT["predict_more_layers"] = ["c", "C", "(c)"]
WRONG["predict_more_layers"] = ["a", "b", "d", "e", 3]

NAMED["build_training_loop"] = {
    "not_zeroed": [loop_keeps_gradients],
    "never_moves": [loop_moves_a_name],
    "softmax_twice": [loop_softmax_twice],
}
NAMED["fix_stuck_loss"] = {
    "whole_columns": [stuck_columns],
    "scores_as_probabilities": [stuck_scores_as_probabilities],
    "sigmoid": [stuck_sigmoid],
    "all_classes": [stuck_log_p],
    "relu_on_scores": [stuck_relu_last],
}
