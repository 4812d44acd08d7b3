"""What is wrong with an optimizer is named by its steps: mistakes that any rule can have, and two at once."""

import itertools

import numpy as np
import pytest

from helpers import optimizers
from helpers.check import judge_optimizer, judging, registry, source
from helpers.check.registry import Wrong
from helpers.optimizers import Optimizer


def verdict(id, answer):
    return judging.verdict(registry.get(id), answer, source.files(answer))


class Momentum(Optimizer):
    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum = momentum

    def update_step(self, w, g, lr, t, m):
        m[...] = self.momentum * m - lr * g
        w += m


class Still(Momentum):
    def update_step(self, w, g, lr, t, m):
        pass


class NeverReached(Momentum):
    def update_step(self, w, g, lr, t, m):
        if t == 0:
            w -= lr * g


class NothingTakenOff(Momentum):
    def update_step(self, w, g, lr, t, m):
        w -= int(lr) * g


class WeightsRebound(Momentum):
    def update_step(self, w, g, lr, t, m):
        m[...] = self.momentum * m - lr * g
        w = w + m


class WeightsReturned(Momentum):
    def update_step(self, w, g, lr, t, m):
        m[...] = self.momentum * m - lr * g
        return w + m


class OnACopy(Momentum):
    """The same numbers as plain descent, and the slot is as it was there too."""

    def update_step(self, w, g, lr, t, m):
        velocity = m.copy()
        velocity *= self.momentum
        velocity -= lr * g
        w += velocity


class FixedInInit(Momentum):
    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)


class FixedInTheRule(Momentum):
    def update_step(self, w, g, lr, t, m):
        m[...] = 0.9 * m - lr * g
        w += m


class UnderItsShape(Momentum):
    slots = ()
    elementwise = False

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.kept = {}

    def update_step(self, w, g, lr, t):
        self.kept[w.shape] = self.momentum * self.kept.get(w.shape, 0) - lr * g
        w += self.kept[w.shape]


class NoOptions(Momentum):
    def __init__(self, learning_rate=0.01, momentum=0.9):
        super().__init__(learning_rate, momentum)


class OptionsLost(Momentum):
    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, momentum)


class GradientChanged(Momentum):
    def update_step(self, w, g, lr, t, m):
        g *= lr
        m *= self.momentum
        m -= g
        w += m


class OneForAll(Momentum):
    slots = ()
    velocity = 0.0

    def update_step(self, w, g, lr, t):
        self.velocity = self.momentum * self.velocity - lr * g
        w += self.velocity


class SlotsMissing(Momentum):
    slots = ()


class OneArgumentShort(Momentum):
    def update_step(self, w, g, lr, m):
        w += m


class OtherName(Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)

    def step(self, w, g, lr, t):
        w -= lr * g


class NoSuper(Momentum):
    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        self.momentum = momentum


class RateRounded(Momentum):
    def update_step(self, w, g, lr, t, m):
        super().update_step(w, g, np.float32(lr), t, m)


class SharedByAll(Momentum):
    """The velocities belong to the class."""

    slots = ()
    elementwise = False
    kept = {}  # noqa: RUF012 (that is the mistake)

    def update_step(self, w, g, lr, t):
        key = w.shape
        self.kept[key] = self.momentum * self.kept.get(key, 0) - lr * g
        w += self.kept[key]


class CountsParameters(Momentum):
    """Its count of steps is right as long as there are two calls a step."""

    calls = 0

    def update_step(self, w, g, lr, t, m):
        self.calls += 1
        super().update_step(w, g, lr * ((self.calls + 1) // 2 / t), t, m)


MOMENTUM = {
    "weights_still": [Still, NeverReached, NothingTakenOff],
    "weights_rebound": [WeightsRebound],
    "weights_returned": [WeightsReturned],
    "plain": [OnACopy],
    "ignores_momentum": [FixedInTheRule],
    "kept_under_the_shape": [UnderItsShape],
    "gradient_changed": [GradientChanged],
    "one_memory_for_all": [OneForAll],
    "slots_missing": [SlotsMissing],
    "arguments_of_update_step": [OneArgumentShort],
    "no_update_step": [OtherName],
    "no_super_init": [NoSuper],
    "made_already": [Momentum()],
    "no_class": [3],
    "no_base_class": [dict],
    "rounded": [RateRounded],
    "shared_between_optimizers": [SharedByAll],
    "not_block_by_block": [CountsParameters],
}


class Adam(Optimizer):
    slots = ("m", "v")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


class TOneBehind(Adam):
    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, t - 1, m, v)


class OwnCountFromZero(Adam):
    """Counts once for each step, but after the step."""

    count = -1

    def begin_step(self, lr, t):
        self.count += 1

    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, self.count, m, v)


class CountsItself(Adam):
    count = 0

    def update_step(self, w, g, lr, t, m, v):
        self.count += 1
        super().update_step(w, g, lr, self.count, m, v)


_calls = itertools.count(1)


class CountsOutside(Adam):
    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, next(_calls), m, v)


class OnCopies(Adam):
    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, t, m.copy(), v.copy())


class Capped(Adam):
    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, min(t, 20), m, v)


class OtherEpsilon(Adam):
    def update_step(self, w, g, lr, t, m, v):
        self.epsilon = 1e-8
        super().update_step(w, g, lr, t, m, v)


class BetasInInit(Adam):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, epsilon=epsilon, **options)


class UnusedM(Adam):
    """m is left as it is, and the step does not use it: that is another mistake than a copy."""

    def update_step(self, w, g, lr, t, m, v):
        v += (1 - self.beta_2) * (g * g - v)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * g / (np.sqrt(v) + self.epsilon)


class ForgetsV(Optimizer):
    """RMSprop on a copy: each step is divided by its own square, as if the old memory were taken away."""

    slots = ("v",)

    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.rho, self.epsilon = rho, epsilon

    def update_step(self, w, g, lr, t, v):
        a = v.copy()
        a += (1 - self.rho) * (g * g - a)
        w -= lr * g / np.sqrt(a + self.epsilon)


ADAM = {
    "t_from_zero": [TOneBehind, OwnCountFromZero],
    "counts_itself": [CountsItself, CountsOutside],
    "slot_not_kept": [OnCopies],
    "right_at_first": [Capped],
    "ignores_epsilon": [OtherEpsilon],
    "ignores_beta_1_and_beta_2": [BetasInInit],
    "gradient_for_m": [UnusedM],
}


def cases():
    for id, named in (("momentum", MOMENTUM), ("adam", ADAM), ("rmsprop", {"slot_not_kept": [ForgetsV]})):
        for mistake, answers in named.items():
            yield from (pytest.param(id, mistake, answer, id=f"{id}-{mistake}-{i}") for i, answer in enumerate(answers))


@pytest.mark.parametrize(("id", "mistake", "answer"), list(cases()))
def test_what_any_rule_can_have_is_named(id, mistake, answer):
    outcome = verdict(id, answer)
    assert (outcome["status"], outcome["mistake"]) == ("failed", mistake), outcome["message"]


@pytest.mark.parametrize(("answer", "said"), [(NoOptions, "takes no `**options`"), (OptionsLost, "does not clip")])
def test_settings_of_the_base_class_are_no_part_of_the_rule_but_worth_a_word(answer, said):
    outcome = verdict("momentum", answer)
    assert outcome["status"] == "passed" and said in outcome["message"]


def test_the_bases_of_these_are_right():
    assert verdict("momentum", Momentum)["status"] == "passed"
    assert verdict("adam", Adam)["status"] == "passed"


def test_nan_that_is_not_of_the_first_step_alone_is_not_said_to_come_of_t():
    class Nan(Adam):
        def update_step(self, w, g, lr, t, m, v):
            w *= np.nan

    assert verdict("adam", Nan)["mistake"] is None


def equals(exercise, answer, mistake):
    try:
        judge_optimizer.judge(exercise, answer, {}, reference=exercise.mistakes[mistake][0])
    except Wrong:
        return False
    return True


@pytest.mark.parametrize("id", ["momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "amsgrad"])
def test_two_mistakes_at_once_are_named_as_these_or_as_something_with_the_same_steps(id):
    exercise = registry.get(id)
    pairs = list(exercise.mistakes.pairs())
    for first, second, update in pairs[5 :: max(1, len(pairs) // 8)]:
        answer = exercise.mistakes.pair(update)
        outcome = verdict(id, answer)
        assert outcome["status"] == "failed"
        found = outcome["mistake"]
        same = found in exercise.mistakes and equals(exercise, answer, found)
        general = (
            found is None or found.startswith("ignores_") or found in ("slot_not_kept", "weights_still", "rounded")
        )
        assert same or general or f"{first}+{second}" == found or "Or:" in outcome["message"], (first, second, found)


def test_a_usual_pair_is_named():
    class PaperUphill(Adam):
        def update_step(self, w, g, lr, t, m, v):
            m += (1 - self.beta_1) * (g - m)
            v += (1 - self.beta_2) * (g * g - v)
            w += lr * m / (1 - self.beta_1**t) / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)

    outcome = verdict("adam", PaperUphill)
    assert set(outcome["mistake"].split("+")) == {"uphill", "epsilon_paper"}
    assert "walks uphill" in outcome["message"]


def test_the_rules_of_the_package_are_not_said_to_lack_what_they_have():
    assert verdict("amsgrad", optimizers.Adam)["mistake"] == "plain_adam"
