"""Right and wrong ways to measure a slope: the known mistakes of `numerical_gradient` and `fix_integer_gradient`."""

import numpy as np

from helpers.check.registry import any_of


def shifted(f, w, h, up, down, width, places=None):
    """Return (f(w + up·h) − f(w − down·h)) / (width·h) at each of `places`, every entry of w by default, and 0 elsewhere.

    The central difference is 1, 1, 2.
    """
    grad = np.zeros_like(w, dtype=float)
    for i in np.ndindex(w.shape) if places is None else places:
        above, below = w.copy(), w.copy()
        above[i] += up * h
        below[i] -= down * h
        grad[i] = (f(above) - f(below)) / (width * h)
    return grad


def central(f, w, h=1e-5):
    return shifted(f, w, h, 1, 1, 2)


def first_axis_only(f, w, h=1e-5):
    """Return one slope for each row of w, all of a row moved at once."""
    return shifted(f, w, h, 1, 1, 2, range(len(w)))


def never_put_back(f, w, h=1e-5):
    """Return the slopes of copies made once, so that each entry moved stays moved for those after it."""
    grad = np.zeros(w.shape)
    up, down = w.copy(), w.copy()
    for i in np.ndindex(w.shape):
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


def left_below(f, w, h=1e-5):
    """Return the slopes of one array in which every entry, once looked at, stays h too low for those after it."""
    grad, w = np.zeros(w.shape), w.copy()
    for i in np.ndindex(w.shape):
        w[i] += h
        above = f(w)
        w[i] -= 2 * h
        grad[i] = (above - f(w)) / (2 * h)
    return grad


def first_only(f, w, h=1e-5):
    """Return the slope by the first entry, and 0 for all others."""
    return shifted(f, w, h, 1, 1, 2, [(0,) * w.ndim])


def _moved(up, down):
    """(f(above) − f(below)) / 2h where an entry v of w becomes up(v, h) and down(v, h)."""

    def wrong(f, w, h=1e-5):
        grad = np.zeros(w.shape)
        for i in np.ndindex(w.shape):
            above, below = w.copy(), w.copy()
            above[i], below[i] = up(w[i], h), down(w[i], h)
            grad[i] = (f(above) - f(below)) / (2 * h)
        return grad

    return wrong


def of_an_entry_alone(f, w, h=1e-5):
    """Return the slopes of f of one entry, as if there were no others."""
    return np.reshape([(f(v + h) - f(v - h)) / (2 * h) for v in w.ravel()], w.shape)


def of_a_row_alone(f, w, h=1e-5):
    """Return for each row of w the slope of f of that row, all of it moved."""
    grad = np.zeros(w.shape)
    for i in range(len(w)):
        grad[i] = (f(w[i] + h) - f(w[i] - h)) / (2 * h)
    return grad


def last_one_missing(f, w, h=1e-5):
    """Return every slope but the last, which is 0."""
    grad = central(f, w, h)
    grad.flat[-1] = 0
    return grad


def _of_the_values(last):
    """The answer that makes of f above, f here, f below and h, entry by entry, `last(above, here, below, h)`."""

    def wrong(f, w, h=1e-5):
        units = np.eye(w.size).reshape(-1, *w.shape)
        return np.reshape([last(f(w + h * e), f(w), f(w - h * e), h) for e in units], w.shape)

    return wrong


def given_with_integers(f, w, h=1e-5):
    """Return what `fix_integer_gradient` is handed out with: every array has the type of w."""
    return _given(f, w, h, np.zeros_like(w))


def given_with_float_result(f, w, h=1e-5):
    """Return the same with a result of floats: the shifted places still lose h."""
    return _given(f, w, h, np.zeros(w.shape))


def _given(f, w, h, gradient, last=lambda above, below, width: (above - below) / width, types=(None, None)):
    """The given code; types: what `up` and `down` are copied as, where not as w is."""
    for i in range(w.size):
        up, down = (w.astype(kind or w.dtype) for kind in types)
        up[i] = w[i] + h
        down[i] = w[i] - h
        gradient[i] = last(f(up), f(down), 2 * h)
    return gradient


def _given_with_one(result):
    """The given code with 1 as the default of h."""

    def answer(f, w, h=1):
        return _given(f, w, h, np.zeros(w.shape, dtype=result or w.dtype))

    return answer


def _narrow(kind):
    """The given code with places of fewer bits."""
    return lambda f, w, h=1e-5: _given(f, w.astype(kind), h, np.zeros(w.shape))


def _whole(last):
    """The given code repaired, but for its last operation."""

    def answer(f, w, h=1e-5):
        return _given(f, w.astype(float), h, np.zeros(w.shape), last)

    return answer


def _one_of_floats(*types):
    """The given code with only one of the two places in floats, and the result in floats or as it was."""

    def form(result):
        return lambda f, w, h=1e-5: _given(f, w, h, np.zeros(w.shape, dtype=result or w.dtype), types=types)

    return any_of(form(float), form(None))


def _default(h):
    """The central difference with another default for h."""

    def answer(f, w, h=h):
        return central(f, w, h)

    return answer


_TOGETHER = (
    "What comes out is the sum of all slopes: either all entries of w are moved at once, or their slopes are added up. Each entry "
    "has a slope of its own: move one, leave the others, and keep what comes in its place."
)
_LEFT = (
    "The first slope is right. Each later one is taken beside w: the entries before it still stand where they were moved to. "
    "Is each put back, or w copied anew, before the next?"
)
_SIGN = "The sign is turned: a slope says what f gains on the way up. Which of the two values is taken off the other?"
_FIRST = (
    "Only the first entry gets its slope; the others are still as they were made. Does the loop go on? A `return` inside it "
    "ends the whole function."
)
_HALVED = "This is twice the slope: how far apart are w + h and w − h?"
_FIXED = "The step is 1e-5 whatever h is: use the argument `h`."

# Known mistakes of `numerical_gradient`: the wrong function, and what to say of it.
MEASURING = {
    "forward": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 0, 1),
        "This is the one-sided difference, from w to w + h. The central one looks on both sides of w.",
    ),
    "backward": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0, 1, 1),
        "This is the one-sided difference, from w − h to w. The central one looks on both sides of w.",
    ),
    "forward_twice_as_far": (
        lambda f, w, h=1e-5: shifted(f, w, h, 2, 0, 2),
        "This is (f(w + 2h) − f(w)) / 2h: the way is 2h long, but all of it lies above w. The central difference has w in the "
        "middle.",
    ),
    "backward_twice_as_far": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0, 2, 2),
        "This is (f(w) − f(w − 2h)) / 2h: the way is 2h long, but all of it lies below w. The central difference has w in the "
        "middle.",
    ),
    "forward_over_two": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 0, 2),
        "This is (f(w + h) − f(w)) / 2h: the lower place is w itself. Is it moved down at all? If it is the same array as the "
        "upper one, taking h off only takes back what was added: each needs its own `copy()`.",
    ),
    "backward_over_two": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0, 1, 2),
        "This is (f(w) − f(w − h)) / 2h: the upper place is w itself. Is it moved up at all? If it is the same array as the "
        "lower one, adding h only puts back what was taken off: each needs its own `copy()`.",
    ),
    "never_put_back": (
        never_put_back,
        "The first slope is right. Each later one holds those before it too: entries once moved stay moved. Copy w anew for "
        "each entry.",
    ),
    "left_below": (left_below, _LEFT),
    "sign": (lambda f, w, h=1e-5: shifted(f, w, h, 1, 1, -2), _SIGN),
    "sign_forward": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 0, -1),
        f"This is a one-sided difference, with w itself as the lower place. And one thing more. {_SIGN}",
    ),
    "not_halved": (lambda f, w, h=1e-5: shifted(f, w, h, 1, 1, 1), _HALVED),
    "half_steps": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0.5, 0.5, 1),
        "This is a central difference with steps of h/2. Here the steps are h, to each side.",
    ),
    "half_steps_over_two": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0.5, 0.5, 2),
        "This is half the slope: the two places are only h apart, h/2 to each side, and the difference is divided by 2h. The "
        "steps here are h, to each side.",
    ),
    "not_divided": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 1, 1 / h),
        "This is f(w + h) − f(w − h), how much f changes. A slope is the change for each unit of the way: what is it still to "
        "be divided by?",
    ),
    "over_h_times_two": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 1, 0.5),
        "This is four times the slope: divided by h and then *multiplied* by 2. The two places are 2h apart, and "
        "`a / h * 2` works from the left.",
    ),
    "one_divisor_missing": (
        any_of(
            _of_the_values(lambda above, here, below, h: above - below / (2 * h)),
            _of_the_values(lambda above, here, below, h: above - below / 2 * h),
        ),
        "Only the second of the two values is divided, since `/` goes before `-`. Where do brackets belong?",
    ),
    "values_added": (
        _of_the_values(lambda above, here, below, h: (above + below) / (2 * h)),
        "The two values are added. A slope is what f gains from the one place to the other: their difference.",
    ),
    "over_h_squared": (
        any_of(
            _of_the_values(lambda above, here, below, h: (above - below) / h**2),
            _of_the_values(lambda above, here, below, h: (above - below) / (2 * h) ** 2),
            _of_the_values(lambda above, here, below, h: (above - below) / (2 * h**2)),
        ),
        "The difference is divided by h twice. A slope is divided by the way once: how far apart are the two places?",
    ),
    "second_derivative": (
        _of_the_values(lambda above, here, below, h: (above - 2 * here + below) / h**2),
        "This is how fast the slope changes, the second derivative. Asked is the slope itself.",
    ),
    "sign_backward": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0, 1, -1),
        f"This is a one-sided difference, with w itself as the upper place. And one thing more. {_SIGN}",
    ),
    "all_at_once": (lambda f, w, h=1e-5: np.full(w.shape, (f(w + h) - f(w - h)) / (2 * h)), _TOGETHER),
    "all_at_once_one_number": (
        lambda f, w, h=1e-5: (f(w + h) - f(w - h)) / (2 * h),
        _TOGETHER,
    ),
    "all_at_once_forward": (
        lambda f, w, h=1e-5: (f(w + h) - f(w)) / h,
        f"{_TOGETHER} And the central difference looks on both sides of w.",
    ),
    "fixed_h": (lambda f, w, h=1e-5: shifted(f, w, 1e-5, 1, 1, 2), _FIXED),
    "without_brackets": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 1, 2) * h * h,
        "This is the slope times h². `a / 2 * h` divides by 2 and then multiplies by h: the divisor needs brackets.",
    ),
    "one_array": (
        lambda f, w, h=1e-5: np.zeros(w.shape),
        "Every slope comes out as 0. Is each entry filled in? Is f asked at two different places? Are `up` and `down` two "
        "copies, or two names of one array, so that what goes up by h comes down again?",
    ),
    "first_axis": (
        first_axis_only,
        "For a w with one axis this is right. With more axes `w[i]`, for a number i, is a whole row, and all of it is "
        "moved at once. `np.ndindex(w.shape)` goes through the single entries.",
    ),
    "part_of_w": (
        any_of(of_an_entry_alone, of_a_row_alone),
        "f is asked about a part of w by itself, as `f(w[i] + h)` does. It takes a whole array like w: one in which entry i has "
        "moved, and all others are as they were.",
    ),
    "first_only": (first_only, _FIRST),
    "last_one_missing": (
        last_one_missing,
        "The last entry never gets its slope, the others do. Where does the loop end?",
    ),
    "last_slope_alone": (
        lambda f, w, h=1e-5: central(f, w, h).flat[-1],
        "This is the slope by the last entry, one number. Is each slope kept, in its own place, before the next is computed?",
    ),
    "without_h": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 1, 2 / h),
        "This is half of f(w + h) − f(w − h): the 2 is there, h is not. How far apart are the two places?",
    ),
    "set_to_h": (
        _moved(lambda v, h: h, lambda v, h: -h),
        "The entry is *set* to h and to −h, wherever w stands: this is the slope at 0. What does `=` do there that `+=` would not?",
    ),
    "steps_in_shares": (
        _moved(lambda v, h: v * (1 + h), lambda v, h: v * (1 - h)),
        "This is the slope times w: the steps are shares of w, w·(1 + h) and w·(1 − h), but the difference is divided by 2h. Here "
        "the steps are h itself.",
    ),
    "flat": (
        lambda f, w, h=1e-5: central(f, w, h).ravel(),
        "The slopes are right, but all in one row. A gradient has the shape of w: entry [i, j] is the slope by w[i, j].",
    ),
    **{
        f"default_{text}": (
            _default(h),
            f"Right wherever h is given. Where it is not, the step is {h}: which default stands in your `def` line? "
            "The larger the step, the larger the error.",
        )
        for text, h in (("one", 1), ("tenth", 0.1), ("hundredth", 0.01), ("thousandth", 0.001))
    },
}


def _on_floats(wrong):
    return lambda f, w, h=1e-5: wrong(f, w.astype(float), h)


_KEPT = "The whole numbers are no trouble any more. "
_CUT = (
    "The steps are right now, and so is the result up to its decimals: these are lost again at the end. Which operation "
    "there gives whole numbers?"
)
# Known mistakes of `fix_integer_gradient` beside the code as it was given.
REPAIRING = {
    "gradient_in_integers": (
        lambda f, w, h=1e-5: np.array(central(f, w.astype(float), h)).astype(w.dtype),
        "The steps are right now, but the result is still an array of whole numbers, and loses its decimals.",
    ),
    "steps_in_integers": (
        given_with_float_result,
        "The result can hold decimals now, but `up` and `down` still cannot: h is cut off.",
    ),
    "down_in_integers": (
        _one_of_floats(float, None),
        "`up` can hold decimals now, `down` still cannot: one of the two moves by h, the other by a whole number or not at all.",
    ),
    "up_in_integers": (
        _one_of_floats(None, float),
        "`down` can hold decimals now, `up` still cannot: one of the two moves by h, the other by a whole number or not at all.",
    ),
    "narrow": (
        any_of(_narrow(np.float32), _narrow(np.float16)),
        "The arrays hold decimals now, but in 32 bits or fewer: 7 digits at most. A step of 1e-5 needs more of them, or most of h "
        "is rounded away. Which type has more digits?",
    ),
    "whole_steps": (
        lambda f, w, h=1e-5: shifted(f, w.astype(float), 1.0, 1, 1, 2),
        "The steps here have the length 1 whatever h is: no decimals are needed then, but a curve is not straight over such a "
        "way. The type of the arrays has to follow h, not h the type.",
    ),
    "given_with_one": (
        any_of(_given_with_one(None), _given_with_one(float)),
        "The step is 1 now, unless another h is handed in: a whole number, so nothing of it is cut off. But a curve is not "
        "straight over such a way, and a shorter h is cut off as before. The type of the arrays has to follow h, not h the type.",
    ),
    "default_one": (
        lambda f, w, h=1: central(f, w.astype(float), h),
        f"{_KEPT}{MEASURING['default_one'][1]}",
    ),
    "rounded": (_whole(lambda above, below, width: round((above - below) / width)), _CUT),
    "rounded_down": (_whole(lambda above, below, width: (above - below) // width), _CUT),
    "cut_off": (_whole(lambda above, below, width: int((above - below) / width)), _CUT),
    **{
        name: (_on_floats(MEASURING[name][0]), _KEPT + MEASURING[name][1])
        for name in ("forward", "backward", "forward_over_two", "never_put_back", "left_below", "sign", "not_halved")
    },
    **{
        name: (_on_floats(MEASURING[name][0]), _KEPT + MEASURING[name][1])
        for name in ("fixed_h", "first_only", "without_brackets", "all_at_once", "all_at_once_one_number")
    },
}
