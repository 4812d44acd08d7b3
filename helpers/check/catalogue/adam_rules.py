"""Adam's rule in parts, so that each can be got wrong: for Adam, AdamW, AMSGrad and the misprints of lesson 08."""

import numpy as np

from helpers import optimizers
from helpers.errors import check_number


class Owner(optimizers.Optimizer):
    """The arguments and slots of Adam."""

    slots = ("m", "v")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, check_number("epsilon", epsilon, low=0)
        self.count = 0


class DecayOwner(Owner):
    """The arguments of AdamW."""

    def __init__(self, learning_rate=0.001, weight_decay=0.004, *args, **options):
        super().__init__(learning_rate, *args, **options)
        self.weight_decay = weight_decay


# -- the averages: (b, old value, what goes in) -> new value ------------------------------------------------------------


def average(b, old, new):
    return b * old + (1 - b) * new


def turned_round(b, old, new):
    return (1 - b) * old + b * new


def whole(b, old, new):
    return b * old + new


def grows(b, old, new):
    return old + (1 - b) * new


def to_itself(b, old, new):
    return old + b * old + (1 - b) * new


def no_parentheses(b, old, new):
    return old + 1 - b * (new - old)


def last_only(b, old, new):
    return (1 - b) * new


def two_shares(b, old, new):
    kept, left = b
    return kept * old + (1 - left) * new


def stays(b, old, new):
    return old


def moves_away(b, old, new):
    return old - (1 - b) * (new - old)


def squared_difference(b, old, new):
    return old + (1 - b) * (new - old) ** 2


def towards_squared_difference(b, old, new):
    return old + (1 - b) * ((new - old) ** 2 - old)


def short_of_old(b, old, new):
    return (1 - b) * (new - old)


def fixed(beta):
    return lambda b, old, new: average(beta, old, new)


# -- what goes in: (g, new m) -> array ----------------------------------------------------------------------------------


def squared(g, m):
    return g * g


def square_of_m(g, m):
    return m * m


# -- the correction: (self, lr, t) -> (factor of m, factor of the learning rate for v) -----------------------------------


def root(x):
    return np.sqrt(np.float64(x))


def corrected(self, lr, t):
    return 1 / np.float64(1 - self.beta_1**t), root(1 - self.beta_2**t)


def uncorrected(self, lr, t):
    return 1.0, 1.0


def only_m(self, lr, t):
    return corrected(self, lr, t)[0], 1.0


def only_v(self, lr, t):
    return 1.0, corrected(self, lr, t)[1]


def m_frozen(self, lr, t):
    return corrected(self, lr, 1)[0], corrected(self, lr, t)[1]


def v_frozen(self, lr, t):
    return corrected(self, lr, t)[0], corrected(self, lr, 1)[1]


def without_root(self, lr, t):
    return corrected(self, lr, t)[0], corrected(self, lr, t)[1] ** 2


def root_of_both(self, lr, t):
    a, b = corrected(self, lr, t)
    return np.sqrt(a), b


def upside_down(self, lr, t):
    a, b = corrected(self, lr, t)
    return 1 / a, 1 / b


def v_upside_down(self, lr, t):
    a, b = corrected(self, lr, t)
    return a, 1 / b


def m_upside_down(self, lr, t):
    a, b = corrected(self, lr, t)
    return 1 / a, b


def power_of_all(self, lr, t):
    return 1 / (1 - self.beta_1) ** t, root((1 - self.beta_2) ** t)


def power_of_all_below(self, lr, t):
    return 1 / (1 - self.beta_1) ** t, root(1 - self.beta_2**t)


def betas_swapped(self, lr, t):
    return 1 / (1 - self.beta_2**t), root(1 - self.beta_1**t)


def times_t(self, lr, t):
    return 1 / np.float64(1 - self.beta_1 * t), root(1 - self.beta_2 * t)


def times_t_made_positive(self, lr, t):
    return 1 / np.float64(1 - self.beta_1 * t), root(abs(1 - self.beta_2 * t))


def half_for_root(self, lr, t):
    return corrected(self, lr, t)[0], (1 - self.beta_2**t) / 2


def after_the_first(self, lr, t):
    return (1.0, 1.0) if t == 1 else corrected(self, lr, t)


def root_too_long(self, lr, t):
    return 1.0, root(1 - self.beta_2**t / (1 - self.beta_1**t))


def correction_without_parentheses(self, lr, t):
    b = root(1 - self.beta_2**t)
    return (b - self.beta_1**t / lr) / b if lr else 1.0, b


def one_beta(name):
    """Both corrections with the same β."""

    def correction(self, lr, t):
        beta = getattr(self, name)
        return 1 / np.float64(1 - beta**t), root(1 - beta**t)

    return correction


def plus(self, lr, t):
    return 1 / (1 + self.beta_1**t), root(1 + self.beta_2**t)


def numbers_in_the_correction(self, lr, t):
    return 1 / (1 - 0.9**t), root(1 - 0.999**t)


# -- the step: (self, lr, what m is, what v is, the two factors, t) -> what is taken off w -------------------------------


def keras_form(self, lr, m, v, a, b, t):
    return lr * a * b * m / (np.sqrt(v) + self.epsilon)


def paper_form(self, lr, m, v, a, b, t):
    return lr * a * m / (np.sqrt(v) / b + self.epsilon)


def both_forms(self, lr, m, v, a, b, t):
    return lr * a * b * (a * m) / (np.sqrt(v) / b + self.epsilon)


def m_twice(self, lr, m, v, a, b, t):
    return lr * a * b * (a * m) / (np.sqrt(v) + self.epsilon)


def v_twice(self, lr, m, v, a, b, t):
    return lr * a * b * m / (np.sqrt(v) / b + self.epsilon)


def inside(self, lr, m, v, a, b, t):
    return lr * a * b * m / np.sqrt(v + self.epsilon)


def inside_corrected(self, lr, m, v, a, b, t):
    return lr * a * m / np.sqrt(v / b**2 + self.epsilon)


def on_weights(self, lr, m, v, a, b, t):
    return lr * a * b * m / np.sqrt(v) + self.epsilon


def on_weights_upwards(self, lr, m, v, a, b, t):
    return lr * a * b * m / np.sqrt(v) - self.epsilon


def no_epsilon(self, lr, m, v, a, b, t):
    return lr * a * b * m / np.sqrt(v)


def no_nan(self, lr, m, v, a, b, t):
    return np.nan_to_num(lr * a * b * m / np.sqrt(v), posinf=0, neginf=0)


def no_root(self, lr, m, v, a, b, t):
    return lr * a * b * m / (v + self.epsilon)


def no_root_of_v_hat(self, lr, m, v, a, b, t):
    return lr * a * m / (v / b**2 + self.epsilon)


def inside_and_outside(self, lr, m, v, a, b, t):
    return lr * a * b * m / (np.sqrt(v + self.epsilon) + self.epsilon)


def inside_and_outside_corrected(self, lr, m, v, a, b, t):
    return lr * a * m / (np.sqrt(v / b**2 + self.epsilon) + self.epsilon)


def epsilon_squared_inside(self, lr, m, v, a, b, t):
    return lr * a * m / np.sqrt(v / b**2 + self.epsilon**2)


def largest_of_both(self, lr, m, v, a, b, t):
    return lr * a * b * m / np.maximum(np.sqrt(v), self.epsilon)


def epsilon_taken_away(self, lr, m, v, a, b, t):
    return lr * a * m / (np.sqrt(v) / b - self.epsilon)


def times_epsilon(self, lr, m, v, a, b, t):
    return lr * a * m / (np.sqrt(v) / b * self.epsilon)


def root_of_epsilon(self, lr, m, v, a, b, t):
    return lr * a * b * m / (np.sqrt(v) + np.sqrt(self.epsilon))


def root_of_epsilon_corrected(self, lr, m, v, a, b, t):
    return lr * a * m / (np.sqrt(v) / b + np.sqrt(self.epsilon))


def root_of_size(self, lr, m, v, a, b, t):
    return lr * a * b * m / (np.sqrt(np.abs(v)) + self.epsilon)


def divided_then_times_epsilon(self, lr, m, v, a, b, t):
    return lr * a * b * m / np.sqrt(v) * self.epsilon


def undivided(self, lr, m, v, a, b, t):
    return lr * a * b * m


def multiplied(self, lr, m, v, a, b, t):
    return lr * a * b * m * (np.sqrt(v) + self.epsilon)


def no_parentheses_in_the_hats(self, lr, m, v, a, b, t):
    return lr * (m / 1 - self.beta_1**t) / (np.sqrt(v / 1 - self.beta_2**t) + self.epsilon)


def no_parentheses_in_m_hat(self, lr, m, v, a, b, t):
    return lr * (m - self.beta_1**t) / (np.sqrt(v) / b + self.epsilon / b)


def no_parentheses_in_m_hat_paper(self, lr, m, v, a, b, t):
    return lr * (m - self.beta_1**t) / (np.sqrt(v) / b + self.epsilon)


def in_the_slots(self, lr, m, v, a, b, t):
    m *= a
    v /= b**2
    return lr * m / (np.sqrt(v) + self.epsilon)


def m_in_its_slot(self, lr, m, v, a, b, t):
    m *= a
    return lr * b * m / (np.sqrt(v) + self.epsilon)


# -- what is divided by: (self, h, old v, v, g, factor of v) -> array like v; AMSGrad's stand in ``amsgrad_rules`` ---------


def newest(self, h, old, v, g, b):
    return v


# -- the decay: (self, w, lr, factor of m and v) -> what is taken off w ----------------------------------------------------


def share(self, w, lr, alpha):
    return lr * self.weight_decay * w


def build(
    *,
    keeps_m=average,
    keeps_v=average,
    into_m=lambda g, m: g,
    into_v=squared,
    correction=corrected,
    form=keras_form,
    time=lambda self, t: t,
    rate=lambda lr: lr,
    sign=1.0,
    along=lambda self, m, g, w: m,
    betas=lambda self: (self.beta_1, self.beta_2),
    extra_v=lambda self: 0.0,
    order="averages first",
    divisor=newest,
    decay=None,
    decays="before",
    penalty=None,
    gradient=None,
):
    """Return Adam's update(self, w, g, lr, t, m, v, h) with these parts in place of the right ones."""

    def update(self, w, g, lr, t, m, v, h=None):
        t = time(self, t)
        a, b = correction(self, lr, t)
        if decay is not None and decays == "before":
            w -= decay(self, w, lr, lr * a * b)
        weights = w.copy() if decay is not None and decays == "at once" else w
        if penalty is not None:
            g = g + penalty(self, w)

        def step():
            return sign * form(self, rate(lr), along(self, m, g, w), divisor(self, h, old, v, g, b), a, b, t)

        if gradient is not None:
            g = gradient(g)
        old = v.copy()
        if order == "step first":
            w -= step()
        first, second = betas(self)
        m[...] = keeps_m(first, m, into_m(g, m))
        v[...] = keeps_v(second, v, into_v(g, m)) + extra_v(self)
        if order == "averages first":
            w -= step()
        if decay is not None and decays != "before":
            w -= decay(self, weights, lr, lr * a * b)

    return update
