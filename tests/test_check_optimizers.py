"""Optimizer answers: judged by the weights after each apply, whatever the slots are called."""

import numpy as np
import pytest

from helpers import optimizers
from helpers.check import judging, registry, source
from helpers.check.registry import Lesson
from helpers.optimizers import Optimizer


@pytest.fixture(autouse=True)
def exercises(monkeypatch):
    registry.load()
    monkeypatch.setattr(registry, "EXERCISES", dict(registry.EXERCISES))
    lesson = Lesson(90)
    common = {"hints": ("one", "two", "three"), "reread": "the section"}
    lesson.optimizer(
        "probe_adam",
        defaults={"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
        reference=optimizers.Adam,
        options=[{"beta_1": 0.5}, {"beta_2": 0.9}, {"epsilon": 1e-2}],
        mistakes={"t_is_1": (Frozen, "This is Adam with t frozen at 1.")},
        **common,
    )
    lesson.optimizer(
        "probe_momentum",
        defaults={"learning_rate": 0.01, "momentum": 0.9},
        reference=lambda learning_rate=0.01, momentum=0.9: optimizers.SGD(learning_rate, momentum=momentum),
        options=[{"momentum": 0.5}],
        **common,
    )


def judge(answer, id="probe_adam"):
    return judging.verdict(registry.get(id), answer, source.files(answer))


class Adam(Optimizer):
    slots = ("first", "second")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.b1, self.b2, self.eps = beta_1, beta_2, epsilon

    def update_step(self, w, g, lr, t, m, v):
        m[...] = self.b1 * m + (1 - self.b1) * g
        v *= self.b2
        v += (1 - self.b2) * g**2
        w -= lr * np.sqrt(1 - self.b2**t) / (1 - self.b1**t) * m / (np.sqrt(v) + self.eps)


class Negative(Adam):
    """The slots in another order, one with the other sign: their names, order and sign are the learner's."""

    def update_step(self, w, g, lr, t, square, minus_m):
        square += (1 - self.b2) * (g * g - square)
        minus_m += (1 - self.b1) * (-g - minus_m)
        w += lr * (1 - self.b2**t) ** 0.5 / (1 - self.b1**t) * minus_m / (square**0.5 + self.eps)


class Whole(Adam):
    elementwise = False


class Entries(Adam):
    """Entry by entry, in a Python loop for small parameters."""

    def update_step(self, w, g, lr, t, m, v):
        if w.size > 100:
            return super().update_step(w, g, lr, t, m, v)
        for i in np.ndindex(w.shape):
            m[i] = self.b1 * m[i] + (1 - self.b1) * g[i]
            v[i] = self.b2 * v[i] + (1 - self.b2) * g[i] * g[i]
            w[i] = w[i] - lr * np.sqrt(1 - self.b2**t) / (1 - self.b1**t) * m[i] / (np.sqrt(v[i]) + self.eps)


@pytest.mark.parametrize("answer", [Adam, Negative, Whole, Entries, optimizers.Adam])
def test_right_answers_pass(answer):
    outcome = judge(answer)
    assert outcome["status"] == "passed", outcome["message"]


class Frozen(Adam):
    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, 1, m, v)


class Paper(Adam):
    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.b1) * (g - m)
        v += (1 - self.b2) * (g * g - v)
        w -= lr * m / (1 - self.b1**t) / (np.sqrt(v / (1 - self.b2**t)) + self.eps)


class IgnoresBeta(Adam):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate, 0.9, beta_2, epsilon)


class Rebinds(Adam):
    def update_step(self, w, g, lr, t, m, v):
        w = w - lr * g


class Ascends(Adam):
    def update_step(self, w, g, lr, t, m, v):
        before = w.copy()
        super().update_step(w, g, lr, t, m, v)
        w[...] = 2 * before - w


class Counts(Adam):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.calls = 0

    def update_step(self, w, g, lr, t, m, v):
        self.calls += 1
        super().update_step(w, g, lr, (self.calls + 1) // 2, m, v)


class SharedCount(Adam):
    count = 0

    def begin_step(self, lr, t):
        type(self).count += 1

    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, type(self).count, m, v)


class NoSuper(Adam):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        self.b1, self.b2, self.eps = beta_1, beta_2, epsilon


class NoEpsilon(Adam):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        super().__init__(learning_rate, beta_1, beta_2)


class OtherDefault(Adam):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.99, epsilon=1e-7):
        super().__init__(learning_rate, beta_1, beta_2, epsilon)


class Misspelt(Adam):
    def update_step(self, w, g, lr, t, m, v):
        w -= lr * grad  # noqa: F821


class ChangesGradient(Adam):
    def update_step(self, w, g, lr, t, m, v):
        g *= 2
        super().update_step(w, g, lr, t, m, v)


class NotOne:
    pass


class NoStart(Adam):
    """Divides by zero where there has never been a gradient."""

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.b1) * (g - m)
        v += (1 - self.b2) * (g * g - v)
        w -= lr * np.sqrt(1 - self.b2**t) / (1 - self.b1**t) * m / np.sqrt(v)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Frozen, "t frozen at 1"),
        (Frozen, "weights differ at step 2, parameter 0, entry [0, 0]"),
        (Paper, "yours"),
        (IgnoresBeta, "With beta_1=0.5, the weights differ"),
        (Rebinds, "never change"),
        (Ascends, "−1 times"),
        (Counts, "65,539 entries"),
        (SharedCount, "second optimizer of the class"),
        (NoSuper, "super().__init__"),
        (NoEpsilon, "no argument `epsilon`"),
        (OtherDefault, "default of `beta_2` is 0.99, which is not Keras'"),
        (Misspelt, "NameError: name 'grad' is not defined, at line"),
        (ChangesGradient, "read-only"),
        (NoStart, "Entry [1, 1] is nan"),
        (NotOne, "no subclass"),
        (Adam(), "class itself"),
        (3, "wants a class"),
    ],
)
def test_wrong_answers_are_told(answer, words):
    outcome = judge(answer)
    assert outcome["status"] == "failed"
    assert words in outcome["message"]


def test_a_known_mistake_has_its_id():
    assert judge(Frozen)["mistake"] == "t_is_1"
    assert judge(Paper)["mistake"] is None


class Named(Adam):
    """m carries the reference's name, so it can be named."""

    slots = ("m", "v")

    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, t, m, v)
        m += 0.1


def test_a_slot_is_named_only_if_it_carries_the_name():
    class Other(Named):
        slots = ("first", "second")

    assert "slot `m`" in judge(Named)["message"]
    assert "slot" not in judge(Other)["message"]


class LosesBoth(Adam):
    def update_step(self, w, g, lr, t, m, v):
        m, v = self.b1 * m + (1 - self.b1) * g, self.b2 * v + (1 - self.b2) * g**2
        w -= lr * np.sqrt(1 - self.b2**t) / (1 - self.b1**t) * m / (np.sqrt(v) + self.eps)


class LosesSecond(Adam):
    """The mistake is in a class between, and the rule has a name of its own for the slot."""

    def update_step(self, w, g, lr, t, m, squares):
        m += (1 - self.b1) * (g - m)
        squares = squares + (1 - self.b2) * (g**2 - squares)
        w -= lr * np.sqrt(1 - self.b2**t) / (1 - self.b1**t) * m / (np.sqrt(squares) + self.eps)


class NewNameLater(Adam):
    """Both slots are kept; only then does the rule use their names for something else."""

    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, t, m, v)
        m, v = 2 * m, 2 * v
        w -= lr * m


def test_a_slot_that_is_given_a_new_array_is_named():
    assert "The slots `m` and `v` are still as at the start" in judge(LosesBoth)["message"]
    assert judge(LosesBoth)["mistake"] == "lost_slot"

    class Inherits(LosesSecond):
        def update_step(self, w, g, lr, t, m, v):
            super().update_step(w, g, lr, t, m, v)

    for answer in (LosesSecond, Inherits):
        assert "slot" in judge(answer)["message"]
    assert "`squares = …` names a new array" in judge(LosesSecond)["message"]
    for answer in (NewNameLater, Paper, Frozen, Ascends, Named):
        assert "new array" not in judge(answer)["message"]


class OnlySuper(Optimizer):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)

    def update_step(self, w, g, lr, t):
        super().update_step(w, g, lr, t)


def test_a_rule_that_calls_the_missing_one_of_the_base_is_told_so():
    assert "calls that of Optimizer, which has no rule" in judge(OnlySuper)["message"]


class Blank(Adam):
    def update_step(self, w, g, lr, t, m, v): ...


class HalfBlank(Adam):
    def update_step(self, w, g, lr, t, m, v):
        m += ...
        w -= lr * m


def test_blanks_are_not_yet():
    assert [judge(blank)["status"] for blank in (Blank, HalfBlank)] == ["not yet", "not yet"]


class RateOutside(Optimizer):
    slots = ("velocity",)

    def __init__(self, learning_rate=0.01, momentum=0.9):
        super().__init__(learning_rate)
        self.momentum = momentum

    def update_step(self, w, g, lr, t, velocity):
        velocity *= self.momentum
        velocity += g
        w -= lr * velocity


def test_momentum_with_the_rate_outside_fails_only_where_the_rate_changes():
    outcome = judge(RateOutside, "probe_momentum")
    assert outcome["mistake"] == "changing_rate"
    assert "With a learning rate that changes from step to step, the weights differ" in outcome["message"]


class Ball(Optimizer):
    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum, self.velocity = momentum, 0.0

    def update_step(self, w, g, lr, t, m):
        w += m
        m[...] = self.momentum * m - lr * g


class OneForAll(Ball):
    def update_step(self, w, g, lr, t, m):
        self.velocity = self.momentum * self.velocity - lr * g
        w += self.velocity


def test_a_known_mistake_in_place_is_not_said_to_name_a_new_array():
    outcome = judge(Ball, "momentum")
    assert outcome["mistake"] == "old_velocity"
    assert "new array" not in outcome["message"]


def test_an_array_on_self_for_all_parameters_is_asked_about():
    assert "shapes of two different parameters" in judge(OneForAll, "momentum")["message"]
