"""Wrong optimizers, each with a mistake that any rule can have, and as which it must be told."""

import itertools

import numpy as np

from helpers.optimizers import Optimizer


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


class RateOfTheStart(Momentum):
    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, momentum, **options)
        self.rate = learning_rate

    def update_step(self, w, g, lr, t, m):
        super().update_step(w, g, self.rate, t, m)


class RateOfTheStartInOneLine(Momentum):
    """Nesterov's rule, whose last line has the rate of the start."""

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, momentum, **options)
        self.rate = learning_rate

    def update_step(self, w, g, lr, t, m):
        m *= self.momentum
        m -= lr * g
        w += self.momentum * m - self.rate * g


class NumberInOneLine(Momentum):
    """Nesterov's rule, whose last line has 0.9."""

    def update_step(self, w, g, lr, t, m):
        m *= self.momentum
        m -= lr * g
        w += 0.9 * m - lr * g


class HalfAsLong(Momentum):
    def update_step(self, w, g, lr, t, m):
        super().update_step(w, g / 2, lr, t, m)


class StepForWeights(Momentum):
    def update_step(self, w, g, lr, t, m):
        m[...] = self.momentum * m - lr * g
        w[...] = m


class RateOfTheStartUphill(RateOfTheStart):
    def update_step(self, w, g, lr, t, m):
        super().update_step(w, -g, lr, t, m)


class RateOverwritten(Momentum):
    """The rate fades with t, and is written back: the next step begins from there."""

    def update_step(self, w, g, lr, t, m):
        self.learning_rate = lr / np.sqrt(t)
        super().update_step(w, g, self.learning_rate, t, m)


class Clips(Momentum):
    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, momentum, clipnorm=1.0, **options)


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
    "fixed_rate": [RateOfTheStart],
    "uphill+fixed_rate": [RateOfTheStartUphill],
    "rate_overwritten": [RateOverwritten],
    "clips": [Clips],
    "factor": [HalfAsLong],
    "replaces": [StepForWeights],
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


class RateOfTheStartInAdam(Adam):
    def __init__(self, learning_rate=0.001, *betas_and_epsilon, **options):
        super().__init__(learning_rate, *betas_and_epsilon, **options)
        self.rate = learning_rate

    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, self.rate, t, m, v)


class RateOfTheStartAlone(Optimizer):
    """Plain descent."""

    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)
        self.rate = learning_rate

    def update_step(self, w, g, lr, t):
        w -= self.rate * g


ADAM = {
    "fixed_rate": [RateOfTheStartInAdam],
    "t_from_zero": [TOneBehind, OwnCountFromZero],
    "counts_itself": [CountsItself, CountsOutside],
    "slot_not_kept": [OnCopies],
    "right_at_first": [Capped],
    "ignores_epsilon": [OtherEpsilon],
    "ignores_beta_1_and_beta_2": [BetasInInit],
    "gradient_for_m": [UnusedM],
}


NAMED = {
    "momentum": MOMENTUM,
    "nesterov": {"changing_rate": [RateOfTheStartInOneLine], "number_for_momentum": [NumberInOneLine]},
    "adam": ADAM,
    "rmsprop": {"slot_not_kept": [ForgetsV]},
    "sgd": {"fixed_rate": [RateOfTheStartAlone]},
}
