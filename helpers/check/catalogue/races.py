"""Two optimizers side by side, compared well and badly: the known mistakes of `fix_race`, of lesson 09."""

import numpy as np

from helpers.check.registry import any_of


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


def _start_gradient(make_ours, make_theirs, w0, gradient, steps):
    g = gradient(w0)
    return right(make_ours, make_theirs, w0, lambda w: g, steps)


def _copied_late(make_ours, make_theirs, w0, gradient, steps):
    mine, ours, other, result = w0.copy(), make_ours(), make_theirs(), []
    for _ in range(steps):
        ours.apply([gradient(mine)], [mine])
        theirs = mine.copy()
        other.apply([gradient(theirs)], [theirs])
        result.append(_relative(mine, theirs))
    return np.array(result)


def _early(*args):
    return np.append(0.0, right(*args)[:-1])


right = _race(np.copy, _relative)
_given = _race(lambda w: w, _relative)
_signed = _race(np.copy, lambda mine, theirs: (mine - theirs).max() / np.abs(theirs).max())
_no_absolute_values = _race(np.copy, lambda mine, theirs: (mine - theirs).max() / theirs.max())
_signed_yardstick = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).max() / theirs.max())
_each_its_own = _race(np.copy, lambda mine, theirs: np.abs((mine - theirs) / theirs).max())
_each_by_ours = _race(np.copy, lambda mine, theirs: np.abs((mine - theirs) / mine).max())
_length_by_largest = _race(np.copy, lambda mine, theirs: np.linalg.norm(mine - theirs) / np.abs(theirs).max())
_root_mean_square = _race(np.copy, lambda mine, theirs: np.sqrt(((mine - theirs) ** 2).mean()) / np.abs(theirs).max())
_sizes_first = _race(np.copy, lambda mine, theirs: np.abs(abs(mine) - abs(theirs)).max() / np.abs(theirs).max())
_largest_first = _race(np.copy, lambda mine, theirs: abs(mine.max() - theirs.max()) / abs(theirs.max()))
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
_swapped = _race(np.copy, _relative, lambda gradient, mine, theirs: (gradient(theirs), gradient(mine)))
_their_gradient = _race(np.copy, _relative, lambda gradient, mine, theirs: (gradient(theirs), gradient(theirs)))
_by_ours = _race(np.copy, lambda mine, theirs: np.abs(mine - theirs).max() / np.abs(mine).max())
_one_gradient = _race(np.copy, _relative, lambda gradient, mine, theirs: (gradient(mine), gradient(mine)))
_FOR_EACH_WEIGHT = any_of(
    _race(np.copy, lambda mine, theirs: np.abs(mine - theirs) / np.abs(theirs).max()),
    _race(np.copy, lambda mine, theirs: np.abs(mine - theirs) / np.abs(theirs)),
    _race(np.copy, lambda mine, theirs: np.abs(mine - theirs)),
    _race(np.copy, lambda mine, theirs: (mine - theirs) / np.abs(theirs).max()),
    _race(np.copy, lambda mine, theirs: (mine - theirs) / theirs.max()),
    _race(np.copy, lambda mine, theirs: (mine - theirs) / theirs),
    _race(np.copy, lambda mine, theirs: mine - theirs),
)
_NO_DIFFERENCE = (
    "It finds no difference, even between rate 0.1 and rate 0.2. Follow one step by hand, or print: after it, what do the two "
    "sides hold, and which optimizer has moved each?"
)
_ONE_NUMBER = "There is a number for each weight here. Asked for is one for each step: the largest."
_ONE_OPTIMIZER = (
    "One and the same optimizer moves both sides. Each side needs one of its own, ours from `make_ours`, the other from "
    "`make_theirs`."
)
_OUR_PLACE = "Both get the gradient at our weights. Each should be asked for at the place where that side stands."


MISTAKES = {
    "one_array": (
        _given,
        _NO_DIFFERENCE,
    ),
    "one_array_for_each_weight": (
        _race(lambda w: w, lambda mine, theirs: mine - theirs),
        f"Two things. {_ONE_NUMBER} And: {_NO_DIFFERENCE}",
    ),
    "for_each_weight": (_FOR_EACH_WEIGHT, _ONE_NUMBER),
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
        lambda *a: right(*a)[-1],
        "This is the difference after the last step only. Asked for is one number for each step.",
    ),
    "largest_of_all": (
        lambda *a: right(*a).max(),
        "This is the largest difference of all steps. Asked for is one number for each step.",
    ),
    "percent": (lambda *a: 100 * right(*a), "This is in percent. Asked for is the share itself."),
    "mean_difference": (
        _mean_difference,
        "This is the mean difference. Asked for is the largest.",
    ),
    "means": (
        _means,
        "This divides means, or sums, over all weights. Asked for is the largest difference, divided by the largest weight.",
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
    "swapped_gradients": (
        _swapped,
        "Each side gets the gradient of the other's place. It is asked for at the place where the side stands that it moves.",
    ),
    "start_gradient": (
        _start_gradient,
        "The gradient is asked for once, at the start. Both sides move: each needs it anew at each step, at its place.",
    ),
    "copied_after_our_step": (
        _copied_late,
        "The copy is made within the loop, after our step, so theirs goes one step further than ours. The two are copied once, "
        "before the loop.",
    ),
    "largest_so_far": (
        lambda *a: np.maximum.accumulate(right(*a)),
        "Each number is the largest so far. Asked for is the difference after this step.",
    ),
    "each_by_ours": (
        _each_by_ours,
        "You divide each difference by our own weight there and then take the largest. Asked for is the largest difference, "
        "divided by the largest of their weights.",
    ),
    "length_by_largest": (
        _length_by_largest,
        "The difference is a length here, the root of a sum of squares. Asked for is the largest.",
    ),
    "root_mean_square": (
        _root_mean_square,
        "The differences are squared and averaged. Asked for is the largest.",
    ),
    "sizes_first": (
        _sizes_first,
        "The sizes are compared here, |mine| with |theirs|: two weights of opposite sign look alike. First the difference, "
        "then its size.",
    ),
    "largest_first": (
        _largest_first,
        "The largest weights of the two sides are compared, which need not be in one place. Compare weight by weight, and take "
        "the largest.",
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
}
