"""Exercises of lesson 09, Keras, side by side."""

import numpy as np

from helpers import optimizers
from helpers.check.catalogue import adam_relatives
from helpers.check.registry import Lesson

lesson = Lesson(9)

lesson.predict(
    "predict_difference",
    "How far apart are the weights of the two networks after 25 steps, in relation to the largest weight?",
    choices={
        "a": "So far apart come two programs that compute different things. These two compute the same equations on the same "
        "numbers: what is left to differ?",
        "b": "That is about what float32 leaves, whose numbers have seven digits. Which precision do both compute in here?",
        "c": "",
        "d": "Nearly. Both round every result to some 16 digits, and they need not add in the same order: which digits can "
        "differ?",
    },
    answer="c",
    because="Double precision carries some 16 digits. The equations are the same, so only rounding is left, in the last one "
    "or two of them. The picture below says how much.",
    hints=(
        "Both compute in double precision (float64). How many decimal digits does such a number carry?",
        "`np.finfo(float).eps` is the distance from 1 to the next number: 2.2e-16. One rounding changes a number by at most half "
        "of that share of itself.",
        "Sums of the same numbers in another order can differ in the last digits, so expect a difference that is not quite 0. "
        "Which choice leaves room for some roundings of 1e-16, and for little more?",
    ),
    reread="The same network, twice",
)

lesson.predict(
    "predict_traces",
    "Which order do the differences after the first step have, from the smallest to the largest?",
    choices={
        "a": "ε is not the smallest. Where √v is itself tiny, by what share does another ε change √v + ε?",
        "b": "",
        "c": "0.001 in float32 is off by some 5e-8 of itself, and every step with it. How large is the rounding of one sum in "
        "float64?",
        "d": "Compare 0.001 in float32, off by some 5e-8 of itself, with a change of ε by 9e-8 where √v is 1e-4 or less.",
    },
    answer="b",
    because="The rows change the order of a sum: its last digits, some 1e-16. The rate is off by 5e-8 of itself. ε counts where "
    "√v is small: where that is 1e-4, a change by 9e-8 is a share of 1e-3. And other batches have other gradients.",
    hints=(
        "For each of the four ask: what number is different in the first step, and by what share of itself?",
        "The order of a sum in float64 changes its last digits, some 1e-16. A number kept in float32 is off by up to 6e-8 of "
        "itself.",
        "ε is added to √v, and after the first step √v is only 0.03 of the gradient. Where the gradient is tiny, 9e-8 is a good "
        "part of it: far more than a share of 6e-8.",
    ),
    reread="Break it",
)

lesson.predict(
    "predict_mismatch",
    "What is different between the two runs?",
    choices={
        "a": "Look at the rule that both run: where is the ε in plain momentum?",
        "b": "A float32 weight is off by up to 6e-8 of its size. Tried on this race, with float32 on Keras' side, the difference "
        "is never below 1e-7: compare the height.",
        "c": "",
        "d": "Swapped batches give other gradients from the swap on. Tried on this race, the first two swapped or the tenth and "
        "eleventh, that makes a difference above 1e-2: compare the height.",
    },
    answer="c",
    because="`float(np.float32(0.1)) / 0.1 - 1` is 1.49e-8: the first step is too long by just that share, and in the "
    "biases, which start at 0, the first step is all there is. Momentum has no ε; tried on this race, float32 weights make "
    "a difference above 1e-7, and swapped batches one above 1e-2.",
    hints=(
        "Three things to read off a curve of differences: where it begins, how high, and which shape it has.",
        "It is there after the first step, and tiny. Momentum's first step is −α g: what in it can be off by the share "
        "1.49e-8?",
        "Compute `float(np.float32(0.1)) / 0.1 - 1` in a cell, and compare it with the height of the first point.",
    ),
    reread="Break it",
)


def sgd_rate_01():
    return optimizers.SGD(0.1)


def sgd_rate_02():
    return optimizers.SGD(0.2)


def adam():
    return optimizers.Adam(0.05)


def adam_with_other_epsilon():
    return optimizers.Adam(0.05, epsilon=1e-2)


def momentum():
    return optimizers.SGD(0.02, momentum=0.9)


def same_as_w(w):
    return w.copy()


def bowl(w):
    return np.arange(1.0, 1.0 + w.size).reshape(w.shape) * w


def _races(rng):
    yield sgd_rate_01, sgd_rate_02, np.array([1.0, 2.0]), same_as_w, 2
    yield sgd_rate_01, sgd_rate_01, np.array([1.0, 2.0]), bowl, 3
    yield adam, adam_with_other_epsilon, rng.normal(size=4), bowl, 6
    yield adam_with_other_epsilon, adam, rng.normal(size=4), bowl, 6
    yield momentum, sgd_rate_01, rng.normal(size=(2, 3)), bowl, 5


def _race(copy, apart, gradients=lambda gradient, mine, theirs: (gradient(mine), gradient(theirs)), makers=None):
    def race(make_ours, make_theirs, w0, gradient, steps):
        mine = w0.copy()
        theirs = copy(mine)
        ours, other = (makers or _two)(make_ours, make_theirs)
        result = []
        for _ in range(steps):
            g, h = gradients(gradient, mine, theirs)
            ours.apply([g], [mine])
            other.apply([h], [theirs])
            result.append(apart(mine, theirs))
        return np.array(result)

    return race


def _relative(mine, theirs):
    return np.abs(mine - theirs).max() / np.abs(theirs).max()


def _two(make_ours, make_theirs):
    return make_ours(), make_theirs()


def _one_of_ours(make_ours, make_theirs):
    return (make_ours(),) * 2


def _one_of_theirs(make_ours, make_theirs):
    return (make_theirs(),) * 2


def _late(make_ours, make_theirs, w0, gradient, steps):
    mine, theirs = w0.copy(), w0.copy()
    ours, other, result = make_ours(), make_theirs(), []
    for _ in range(steps):
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(mine)], [theirs])  # where ours stands after its step
        result.append(_relative(mine, theirs))
    return np.array(result)


def _forgetful(make_ours, make_theirs, w0, gradient, steps):
    mine, theirs, result = w0.copy(), w0.copy(), []
    for _ in range(steps):
        make_ours().apply([gradient(mine)], [mine])
        make_theirs().apply([gradient(theirs)], [theirs])
        result.append(_relative(mine, theirs))
    return np.array(result)


def _from_our_place(make_ours, make_theirs, w0, gradient, steps):
    ours, other, result, mine = make_ours(), make_theirs(), [], w0
    for _ in range(steps):
        mine, theirs = mine.copy(), mine.copy()
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(theirs)], [theirs])
        result.append(_relative(mine, theirs))
    return np.array(result)


def _by_the_start(make_ours, make_theirs, w0, gradient, steps):
    largest = np.abs(w0).max()
    return _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).max() / largest)(
        make_ours, make_theirs, w0, gradient, steps
    )


def _early(*args):
    return np.append(0.0, fix_race(*args)[:-1])


_given = _race(lambda w: w, _relative)
_signed = _race(np.copy, lambda mine, theirs: (mine - theirs).max() / np.abs(theirs).max())
_no_absolute_values = _race(np.copy, lambda mine, theirs: (mine - theirs).max() / theirs.max())
_signed_yardstick = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).max() / theirs.max())
_each_its_own = _race(np.copy, lambda mine, theirs: np.abs((mine - theirs) / theirs).max())
_lengths = _race(np.copy, lambda mine, theirs: np.linalg.norm(mine - theirs) / np.linalg.norm(theirs))
_mean_difference = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).mean() / np.abs(theirs).max())
_absolute = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).max())
_means = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).mean() / np.abs(theirs).mean())
_sums = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).sum() / np.abs(theirs).max())
_by_the_sum = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).max() / np.abs(theirs).sum())
_by_the_mean = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).max() / np.abs(theirs).mean())
_by_both = _race(
    np.copy, lambda mine, theirs: np.abs(mine - theirs).max() / max(np.abs(mine).max(), np.abs(theirs).max())
)
_smallest = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).min() / np.abs(theirs).max())
_their_gradient = _race(np.copy, _relative, lambda gradient, mine, theirs: (gradient(theirs), gradient(theirs)))
_by_ours = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).max() / np.abs(mine).max())
_one_gradient = _race(np.copy, _relative, lambda gradient, mine, theirs: (gradient(mine), gradient(mine)))
_ONE_OPTIMIZER = (
    "One and the same optimizer moves both sides. Each side needs one of its own, ours from `make_ours`, the other from "
    "`make_theirs`."
)
_OUR_PLACE = "Both get the gradient at our weights. Each should be asked for at the place where that side stands."


@lesson.function(
    "(make_ours, make_theirs, w0, gradient, steps) -> array (steps,)",
    cases=_races,
    hints=(
        "Let it compare two optimizers that cannot agree, such as two different learning rates. What does it say, and what "
        "does that tell you about the comparison?",
        "How many arrays of weights are there? `a = b` gives one array a second name.",
        "`theirs` needs an array of its own: `mine, theirs = w0.copy(), w0.copy()`.",
    ),
    reread="Two rates, no difference",
    mistakes={
        "unchanged": (
            _given,
            "It finds no difference, even between rate 0.1 and rate 0.2. Follow one step by hand, or print: after it, what "
            "do the two sides hold, and which optimizer has moved each?",
        ),
        "signed": (
            _signed,
            "Without the absolute value of the difference, a weight that is too small never counts.",
        ),
        "no_absolute_values": (
            _no_absolute_values,
            "There is no absolute value in it: of a negative difference, or of weights below 0, the largest is not the longest.",
        ),
        "signed_yardstick": (
            _signed_yardstick,
            "An absolute value is missing below the fraction line: the largest weight is meant by its size, and a negative "
            "one can be the largest.",
        ),
        "each_its_own": (
            _each_its_own,
            "You divide each difference by its own weight and then take the largest. Asked for is the largest difference, "
            "divided by the largest weight.",
        ),
        "lengths": (
            _lengths,
            "This divides lengths, roots of sums of squares. Asked for is the largest difference, divided by the largest weight.",
        ),
        "absolute": (
            _absolute,
            "This is the difference itself; asked for is its share of the largest of their weights.",
        ),
        "by_ours": (
            _by_ours,
            "You divide by the largest of our weights, or the two sides are exchanged; the yardstick is the other side's.",
        ),
        "one_gradient": (_one_gradient, _OUR_PLACE),
        "late_gradient": (_late, _OUR_PLACE),
        "one_of_ours": (_race(np.copy, _relative, makers=_one_of_ours), _ONE_OPTIMIZER),
        "one_of_theirs": (_race(np.copy, _relative, makers=_one_of_theirs), _ONE_OPTIMIZER),
        "forgetful": (
            _forgetful,
            "Each step has a new optimizer here, whose slots are 0 and whose t is 1 again. Make the two once, before the loop.",
        ),
        "end_only": (
            lambda *a: fix_race(*a)[-1],
            "This is the difference after the last step only. Asked for is one number for each step.",
        ),
        "largest_of_all": (
            lambda *a: fix_race(*a).max(),
            "This is the largest difference of all steps. Asked for is one number for each step.",
        ),
        "percent": (lambda *a: 100 * fix_race(*a), "This is in percent. Asked for is the share itself."),
        "mean_difference": (
            _mean_difference,
            "This is the mean difference. Asked for is the largest.",
        ),
        "means": (
            _means,
            "This divides means. Asked for is the largest difference, divided by the largest weight.",
        ),
        "sum_of_differences": (_sums, "The differences are added up. Asked for is the largest."),
        "smallest_difference": (_smallest, "This is the smallest difference. Asked for is the largest."),
        "by_the_sum": (
            _by_the_sum,
            "This divides by the sum of all weights' sizes. The yardstick is the largest of them.",
        ),
        "by_the_mean": (_by_the_mean, "This divides by the mean size of the weights. The yardstick is the largest."),
        "by_both": (_by_both, "The yardstick is the larger of the two sides' here. It is the other side's alone."),
        "by_the_start": (
            _by_the_start,
            "You divide by the largest weight of the start. The weights move: the yardstick is the largest of theirs, as it is "
            "after each step.",
        ),
        "their_gradient": (
            _their_gradient,
            "Both get the gradient at the other side's weights. Each should be asked for at the place where that side stands.",
        ),
        "from_our_place": (
            _from_our_place,
            "Both sides start each step anew from our weights, so a difference never adds up. Each goes on from where it stands: "
            "make the copies once, before the loop.",
        ),
        "early": (
            _early,
            "Your numbers come one step late: the first is taken before any step. Compare after each step.",
        ),
    },
)
def fix_race(make_ours, make_theirs, w0, gradient, steps):
    mine, theirs = w0.copy(), w0.copy()
    ours, other, apart = make_ours(), make_theirs(), []
    for _ in range(steps):
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(theirs)], [theirs])
        apart.append(np.abs(mine - theirs).max() / np.abs(theirs).max())
    return np.array(apart)


lesson.keras_optimizer(
    "build_keras_optimizer",
    defaults=dict(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
    reference=adam_relatives.PaperAdam,
    options=[dict(beta_1=0.5, beta_2=0.9), dict(epsilon=1e-3)],
    hints=(
        "The four lines of the NumPy rule stay four lines. What changes is how they write: `self.assign_add(m, …)` for `m += …`, "
        "`self.assign_sub(variable, …)` for `w -= …`, `ops.sqrt` for `np.sqrt`.",
        "`m += (1 - self.beta_1) * (g - m)` becomes `self.assign_add(m, (1 - self.beta_1) * (gradient - m))`, and v likewise.",
        "Then `m_hat = m / (1 - self.beta_1**t)`, `v_hat = v / (1 - self.beta_2**t)`, and last "
        "`self.assign_sub(variable, lr * m_hat / (ops.sqrt(v_hat) + self.epsilon))`.",
    ),
    reread="Going further: your own rule in Keras",
    mistakes=adam_relatives.PORTED,
)
