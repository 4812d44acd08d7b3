"""Answers to the exercises of lesson 09: RIGHT must pass, WRONG must fail. Those that need Keras, where it is."""

import numpy as np

from helpers import keras_bridge, optimizers

NAMED = {}
RIGHT = {"predict_difference": ["c", " C "], "predict_traces": ["b", "B"], "predict_mismatch": ["c", "(c)"]}
WRONG = {
    "predict_difference": ["a", "b", "d", 1e-15],
    "predict_traces": ["a", "c", "d", 2],
    "predict_mismatch": ["a", "b", "d", "e"],
}


def race_lists(make_ours, make_theirs, w0, gradient, steps):
    optimizers_, places = [make_ours(), make_theirs()], [np.array(w0), np.array(w0)]
    apart = []
    while len(apart) < steps:
        for optimizer, w in zip(optimizers_, places, strict=True):
            optimizer.apply([gradient(w)], [w])
        mine, theirs = places
        apart.append(float(np.linalg.norm((mine - theirs).ravel(), np.inf) / np.max(np.abs(theirs))))
    return apart


def race_paths(make_ours, make_theirs, w0, gradient, steps):
    def path(optimizer):
        w, places = w0 + 0.0, np.empty((steps, *w0.shape))
        for t in range(steps):
            optimizer.apply([gradient(w)], [w])
            places[t] = w
        return places.reshape(steps, -1)

    ours, theirs = path(make_ours()), path(make_theirs())
    return abs(ours - theirs).max(axis=1) / abs(theirs).max(axis=1)


def race_given(make_ours, make_theirs, w0, gradient, steps):
    mine = theirs = w0.copy()
    ours, other, apart = make_ours(), make_theirs(), []
    for _ in range(steps):
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(theirs)], [theirs])
        apart.append(np.abs(mine - theirs).max() / np.abs(theirs).max())
    return np.array(apart)


def race_shifts_the_start(make_ours, make_theirs, w0, gradient, steps):
    mine, theirs = w0, w0.copy()
    ours, other, apart = make_ours(), make_theirs(), []
    for _ in range(steps):
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(theirs)], [theirs])
        apart.append(np.abs(mine - theirs).max() / np.abs(theirs).max())
    return np.array(apart)


def race_rounded(make_ours, make_theirs, w0, gradient, steps):
    return np.round(race_paths(make_ours, make_theirs, w0, gradient, steps), 6)


def race_a_view(make_ours, make_theirs, w0, gradient, steps):
    mine = w0.copy()
    theirs = mine[:]
    ours, other, apart = make_ours(), make_theirs(), []
    for _ in range(steps):
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(theirs)], [theirs])
        apart.append(np.abs(mine - theirs).max() / np.abs(theirs).max())
    return np.array(apart)


def race_one_maker(make_ours, make_theirs, w0, gradient, steps):
    return race_paths(make_ours, make_ours, w0, gradient, steps)


def race_one_optimizer(make):
    """Two arrays, and one optimizer for both."""

    def race(make_ours, make_theirs, w0, gradient, steps):
        mine, theirs, apart = w0.copy(), w0.copy(), []
        both = make(make_ours, make_theirs)
        for _ in range(steps):
            both.apply([gradient(mine)], [mine])
            both.apply([gradient(theirs)], [theirs])
            apart.append(np.abs(mine - theirs).max() / np.abs(theirs).max())
        return np.array(apart)

    return race


def race_measured(measure, *, before=False, two=True):
    """Another measure of how far the sides are apart, or another moment for it; with two arrays of weights, or one."""

    def race(make_ours, make_theirs, w0, gradient, steps):
        mine = w0.copy()
        theirs = w0.copy() if two else mine
        ours, other, apart = make_ours(), make_theirs(), []
        for _ in range(steps):
            if before:
                apart.append(measure(mine, theirs))
            ours.apply([gradient(mine)], [mine])
            other.apply([gradient(theirs)], [theirs])
            if not before:
                apart.append(measure(mine, theirs))
        return np.array(apart)

    return race


def race_gradient_after_our_step(make_ours, make_theirs, w0, gradient, steps):
    mine, theirs = w0.copy(), w0.copy()
    ours, other, apart = make_ours(), make_theirs(), []
    for _ in range(steps):
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(mine)], [theirs])
        apart.append(np.abs(mine - theirs).max() / np.abs(theirs).max())
    return np.array(apart)


def race_new_optimizers(make_ours, make_theirs, w0, gradient, steps):
    mine, theirs, apart = w0.copy(), w0.copy(), []
    for _ in range(steps):
        ours, other = make_ours(), make_theirs()
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(theirs)], [theirs])
        apart.append(np.abs(mine - theirs).max() / np.abs(theirs).max())
    return np.array(apart)


RIGHT["fix_race"] = [race_lists, race_paths]
WRONG["fix_race"] = [race_given, race_a_view, race_one_maker, race_shifts_the_start, race_rounded]
WRONG["fix_race"] += [lambda *args: np.zeros(args[-1]), np.zeros(3)]
NAMED["fix_race"] = {
    "one_of_ours": [race_one_optimizer(lambda make_ours, make_theirs: make_ours())],
    "one_of_theirs": [race_one_optimizer(lambda make_ours, make_theirs: make_theirs())],
    "late_gradient": [race_gradient_after_our_step],
    "forgetful": [race_new_optimizers],
    "signed_yardstick": [race_measured(lambda mine, theirs: np.abs(mine - theirs).max() / theirs.max())],
    "each_its_own": [race_measured(lambda mine, theirs: np.abs((mine - theirs) / theirs).max())],
    "lengths": [race_measured(lambda mine, theirs: np.linalg.norm(mine - theirs) / np.linalg.norm(theirs))],
    "for_each_weight": [
        race_measured(measure)
        for measure in (
            lambda mine, theirs: abs(mine - theirs) / abs(theirs).max(),
            lambda mine, theirs: np.abs((theirs - mine) / theirs),
            lambda mine, theirs: mine - theirs,
        )
    ],
    "one_array_for_each_weight": [race_measured(lambda mine, theirs: abs(mine - theirs) / theirs, two=False)],
    "early": [race_measured(lambda mine, theirs: np.abs(mine - theirs).max() / np.abs(theirs).max(), before=True)],
}

WRONG["build_keras_optimizer"] = [optimizers.Adam, "adam", lambda: None]


def ports(keras):
    """Ports of the paper's Adam: (right ones, wrong ones, {mistake: those that must be named as it})."""
    ops = keras.ops

    class Base(keras.optimizers.Optimizer):
        def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
            super().__init__(learning_rate=learning_rate, **options)
            self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

        def build(self, variables):
            super().build(variables)
            self.ms, self.vs = self.add_optimizer_variables(variables, ["m", "v"])

        def slots(self, variable):
            i = self._get_variable_index(variable)
            return self.ms[i], self.vs[i]

    class Plain(Base):
        def update_step(self, gradient, variable, learning_rate):
            m, v = self.slots(variable)
            lr, t = ops.cast(learning_rate, variable.dtype), ops.cast(self.iterations + 1, variable.dtype)
            self.assign_add(m, (1 - self.beta_1) * (gradient - m))
            self.assign_add(v, (1 - self.beta_2) * (gradient * gradient - v))
            m_hat, v_hat = m / (1 - self.beta_1**t), v / (1 - self.beta_2**t)
            self.assign_sub(variable, lr * m_hat / (ops.sqrt(v_hat) + self.epsilon))

    class AsKerasWritesIt(Base):
        def update_step(self, gradient, variable, learning_rate):
            m, v = self.slots(variable)
            lr = ops.cast(learning_rate, variable.dtype)
            t = ops.cast(self.iterations + 1, variable.dtype)
            power_1 = ops.power(ops.cast(self.beta_1, variable.dtype), t)
            power_2 = ops.power(ops.cast(self.beta_2, variable.dtype), t)
            m.assign(ops.add(ops.multiply(m, self.beta_1), ops.multiply(gradient, 1 - self.beta_1)))
            v.assign(ops.add(ops.multiply(v, self.beta_2), ops.multiply(ops.square(gradient), 1 - self.beta_2)))
            step = ops.divide(ops.divide(m, 1 - power_1), ops.sqrt(ops.divide(v, 1 - power_2)) + self.epsilon)
            variable.assign_sub(lr * step)

    class FromZero(Base):
        def update_step(self, gradient, variable, learning_rate):
            m, v = self.slots(variable)
            lr, t = ops.cast(learning_rate, variable.dtype), ops.cast(self.iterations, variable.dtype)
            self.assign_add(m, (1 - self.beta_1) * (gradient - m))
            self.assign_add(v, (1 - self.beta_2) * (gradient * gradient - v))
            m_hat, v_hat = m / (1 - self.beta_1**t), v / (1 - self.beta_2**t)
            self.assign_sub(variable, lr * m_hat / (ops.sqrt(v_hat) + self.epsilon))

    class AddsToLocalNames(Base):
        def update_step(self, gradient, variable, learning_rate):
            m, v = self.slots(variable)
            lr, t = ops.cast(learning_rate, variable.dtype), ops.cast(self.iterations + 1, variable.dtype)
            m += (1 - self.beta_1) * (gradient - m)
            v += (1 - self.beta_2) * (gradient * gradient - v)
            m_hat, v_hat = m / (1 - self.beta_1**t), v / (1 - self.beta_2**t)
            self.assign_sub(variable, lr * m_hat / (ops.sqrt(v_hat) + self.epsilon))

    class NumPysRoot(Base):
        def update_step(self, gradient, variable, learning_rate):
            m, v = self.slots(variable)
            lr, t = ops.cast(learning_rate, variable.dtype), ops.cast(self.iterations + 1, variable.dtype)
            self.assign_add(m, (1 - self.beta_1) * (gradient - m))
            self.assign_add(v, (1 - self.beta_2) * (gradient * gradient - v))
            m_hat, v_hat = m / (1 - self.beta_1**t), v / (1 - self.beta_2**t)
            self.assign_sub(variable, lr * m_hat / (np.sqrt(v_hat) + self.epsilon))

    class HatsFirst(Base):
        def update_step(self, gradient, variable, learning_rate):
            m, v = self.slots(variable)
            lr, t = ops.cast(learning_rate, variable.dtype), ops.cast(self.iterations + 1, variable.dtype)
            m_hat, v_hat = m / (1 - self.beta_1**t), v / (1 - self.beta_2**t)
            self.assign_add(m, (1 - self.beta_1) * (gradient - m))
            self.assign_add(v, (1 - self.beta_2) * (gradient * gradient - v))
            self.assign_sub(variable, lr * m_hat / (ops.sqrt(v_hat) + self.epsilon))

    class ForWeights(Plain):
        def assign_sub(self, variable, value):
            self.assign(variable, value)

    class Still(Plain):
        def assign_sub(self, variable, value):
            pass

    class NotInPlace(Base):
        def update_step(self, gradient, variable, learning_rate):
            variable -= learning_rate * gradient

    class Raises(Base):
        def update_step(self, gradient, variable, learning_rate):
            raise ValueError("no")

    class Unfinished(Base):
        def update_step(self, gradient, variable, learning_rate): ...

    class NoBase(Base):
        def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
            self.beta_1 = beta_1

    wrong = [keras.optimizers.Adam, NotInPlace, Raises, Unfinished, NoBase, Plain()]
    if keras.config.backend() != "torch":  # which compiles nothing, and whose tensors NumPy can read
        wrong.append(NumPysRoot)
    named = {
        "moves_first": [HatsFirst],
        "replaces": [ForWeights],
        "weights_still": [Still],
        "t_from_zero": [FromZero],
        "slot_not_kept": [AddsToLocalNames],
    }
    return [Plain, AsKerasWritesIt], wrong, named


if keras_bridge.available():
    RIGHT["build_keras_optimizer"], more, NAMED["build_keras_optimizer"] = ports(keras_bridge.require())
    WRONG["build_keras_optimizer"] += more
