"""Kinds of mistakes that any function can have: each is told from its results, and what looks like it is not."""

import numpy as np
import pytest

from helpers.autodiff import Tensor
from helpers.check import judging, registry, source
from helpers.check.registry import Lesson

HINTS = {"hints": ("one", "two", "three"), "reread": "the section"}
RNG = np.random.default_rng(3)
TABLES = [RNG.normal(size=shape) for shape in ((4, 3), (2, 5), (3, 3), (6, 2))]


@pytest.fixture
def judge(monkeypatch):
    registry.load()
    monkeypatch.setattr(registry, "EXERCISES", dict(registry.EXERCISES))
    lesson = Lesson(90)

    def declared(reference, cases, answer, signature="(x) -> array"):
        lesson.function(signature, cases=lambda rng: cases, id="probe", **HINTS)(reference)
        return judging.verdict(registry.get("probe"), answer, source.files(answer))

    return declared


def mean(x):
    return np.mean(x**2)


def walk(x, learning_rate, steps):
    places = [x.copy()]
    for _ in range(steps):
        places.append(places[-1] * (1 - learning_rate))
    return np.array(places)


def parts(x, y):
    return x.sum(axis=0), y * x.sum()


NUMBER = 2
SQUARES = [(t,) for t in TABLES]
WALKS = [(RNG.normal(size=2), rate, steps) for rate, steps in ((0.1, 4), (0.25, 3), (0.5, 5))]
WHOLE = [(np.round(9 * x), 0.01, steps) for x, _, steps in WALKS]  # so near the start that it looks rounded
PAIRS = [(t, float(RNG.normal())) for t in TABLES]


def walk_in_one_array(x, learning_rate, steps):
    x, places = x.copy(), []
    for _ in range(steps + 1):
        places.append(x)
        x *= 1 - learning_rate
    x /= 1 - learning_rate
    return places


def returns_in_the_loop(x):
    for value in x.ravel():
        return value**2


def prints(x):
    print(np.mean(x**2))


def forgets(x):
    result = np.mean(x**2)  # noqa: F841


def backward_again(x):
    loss = (Tensor(x) ** 2).mean()
    for _ in range(2):
        loss.backward()
    return loss.item()


def at_times(x):
    if len(x) == 4:
        return np.mean(x**2)


def keeps(x, seen=[]):  # noqa: B006
    seen.append(1)
    return np.mean(x**2) * (1 if len(seen) <= len(TABLES) else 2)


KINDS = [
    (mean, SQUARES, lambda x: 3 * np.mean(x**2), "factor"),
    (mean, SQUARES, lambda x: -np.mean(x**2), "sign"),
    (mean, SQUARES, lambda x: np.sum(x**2), "times_an_input"),
    (mean, SQUARES, lambda x: np.mean(x**2) / len(x), "divided_by_an_input"),
    (mean, SQUARES, lambda x: np.sum(x**2) / (x.size - 1), "one_less_counted"),
    (mean, SQUARES, lambda x: np.sum(x**2) / 442, "fixed_count"),
    (mean, SQUARES, lambda x: np.sqrt(np.mean(x**2)), "root_taken"),
    (mean, SQUARES, lambda x: 1 / np.mean(x**2), "upside_down"),
    (mean, SQUARES, lambda x: np.mean(x**2) + 0.5, "offset"),
    (mean, SQUARES, lambda x: round(np.mean(x**2), 2), "rounded"),
    (mean, SQUARES, lambda x: np.mean((x + 1e-6) ** 2), "nearly"),
    (mean, SQUARES, lambda x: np.mean(x**2) * np.random.rand(), "another_at_each_call"),
    (lambda x: x * 2, SQUARES, lambda x: x * np.nan, None),
    (mean, SQUARES, lambda x: {"mean": np.mean(x**2)}, "wrong_kind"),
    (mean, SQUARES, lambda x: 0.25, "same_for_all_inputs"),
    (lambda x: np.mean(x) / 9, SQUARES, lambda x: 0.0, "same_for_all_inputs"),  # it is what rounding would give, too
    (lambda x: x / 99, SQUARES, lambda x: 0 * x, "same_for_all_inputs"),
    (lambda x: -np.mean(x**2), SQUARES, lambda x: 0.0, "same_for_all_inputs"),  # nor the root of what is below 0
    (lambda x, y: (y / 9, 1 + y / 9), PAIRS, lambda x, y: (0.0, 1.0), "same_for_all_inputs"),
    (lambda x, y: (y, y / 9), PAIRS, lambda x, y: (y, 0.0), "same_for_all_inputs"),
    (lambda x: np.round(x) + 0.2, SQUARES, lambda x: np.round(x), "offset"),
    (lambda x: 3 * x, SQUARES, lambda x: np.trunc(3 * x), "rounded"),
    (mean, SQUARES, lambda x: x, "as_it_went_in"),
    (lambda x: np.round(x) + x / 99, [(np.round(t),) for t in TABLES], lambda x: x, "as_it_went_in"),
    (mean, SQUARES, lambda x: x**2, "mean_missing"),
    (mean, SQUARES, lambda x: np.mean(x**2, axis=0), "mean_missing"),
    (mean, SQUARES, lambda x: np.full((1, 1), np.mean(x**2)), "other_shape"),
    (mean, SQUARES, returns_in_the_loop, "only_the_first"),
    (mean, SQUARES, lambda x: np.mean(x.ravel()[:-1] ** 2), "last_left_out"),
    (mean, SQUARES, lambda x: str(np.mean(x**2)), "wrong_kind"),
    (mean, SQUARES, lambda x: np.mean(x**2).astype(np.float32), "fewer_digits"),
    (mean, SQUARES, lambda x: np.mean(x**2, axis=7), "no_such_axis"),
    (mean, SQUARES, lambda x: {x: 1}, "unhashable"),
    (mean, SQUARES, lambda x: np.mean(x ^ 2), "caret"),
    (mean, SQUARES, lambda x: NUMBER(x), "call_of_what_is_no_function"),
    (mean, SQUARES, lambda x: np.mean(y**2), "name_not_defined"),  # noqa: F821
    (mean, SQUARES, lambda x: x + np.ones(7), "shapes_do_not_match"),
    (mean, SQUARES, lambda x: x[99], "index_out_of_range"),
    (mean, SQUARES, lambda x: np.nope(x), "no_such_attribute"),
    (mean, SQUARES, lambda x: iter(int, 1), "endless_iterator"),
    (mean, SQUARES, lambda x: [iter(int, 1)], "endless_iterator"),
    (mean, SQUARES, lambda x: np.linalg.inv(np.zeros((2, 2))), "singular_matrix"),
    (mean, SQUARES, lambda x: np.linalg.inv(np.ones((2, 3))), "matrix_not_square"),
    (mean, SQUARES, lambda x: np.linalg.inv(np.ones(3)), "no_matrix"),
    (mean, SQUARES, lambda x: np.linalg.eigvals(np.full((2, 2), np.nan)), "inf_or_nan_goes_in"),
    (mean, SQUARES, lambda x: 10**5000, "wrong_kind"),
    (mean, SQUARES, lambda x: (x, x).mean(), "several_results"),
    (mean, SQUARES, lambda x: 2 / np.linalg.svd(x), "several_results"),
    (mean, SQUARES, lambda x: x.max / 2, "function_for_its_result"),
    (mean, SQUARES, lambda x: 2 * abs, "function_for_its_result"),
    (mean, SQUARES, lambda x: x - mean, "function_for_its_result"),
    (mean, SQUARES, backward_again, "backward_twice"),
    (mean, SQUARES, lambda x: np.mean(x, x, x, x, x, x, x, x, x), "wrong_number_of_arguments"),
    (mean, SQUARES, lambda x: x.fill(1.0), "input_changed"),
    (mean, SQUARES, lambda a, b: a, "other_arguments"),
    (mean, SQUARES, prints, "printed_not_returned"),
    (mean, SQUARES, forgets, "no_return"),
    (mean, SQUARES, at_times, "returns_none_at_times"),
    (mean, SQUARES, keeps, "kept_between_calls"),
    (mean, SQUARES, lambda x: (np.mean(x**2), 0.5), "more_than_asked_for"),
    (lambda x: x.T * 2, SQUARES, lambda x: x * 2, "transposed"),
    (lambda x: x * 2, SQUARES, lambda x: (x * 2).ravel(), "other_shape"),
    (lambda x: x * 2, SQUARES, lambda x: np.mean(x * 2), "one_number_for_all"),
    (walk, WALKS, lambda x, a, n: walk(x, a, n - 1), "one_step_too_few"),
    (walk, WALKS, lambda x, a, n: walk(x, a, n + 1), "one_step_too_many"),
    (walk, WALKS, lambda x, a, n: walk(x, a, n)[1:], "first_missing"),
    (walk, WALKS, lambda x, a, n: walk(x, a, n)[::-1], "reversed"),
    (walk, WALKS, lambda x, a, n: np.vstack([0 * x, walk(x, a, n)[:-1]]), "one_step_late"),
    (walk, WALKS, walk_in_one_array, "one_array_many_times"),
    (walk, WALKS, lambda x, a, n: np.tile(x, (n + 1, 1)), "first_again_and_again"),
    (walk, WHOLE, lambda x, a, n: np.tile(x, (n + 1, 1)), "first_again_and_again"),
    (lambda x, y: (x.sum(), y), PAIRS, lambda x, y: (y, x.sum()), "reversed"),
    (lambda x, y: (x.sum(), y), PAIRS, lambda x, y: y, "part_missing"),
    (lambda x, y: x - y, PAIRS, lambda x, y: x + y, "sign_of_an_argument"),
]


@pytest.mark.parametrize(
    ("reference", "cases", "answer", "mistake"), KINDS, ids=[f"{k[3]}{i}" for i, k in enumerate(KINDS)]
)
def test_a_general_kind_is_named(judge, reference, cases, answer, mistake):
    signature = "(x, y) -> (a, b)" if isinstance(reference(*cases[0]), tuple) else "(x) -> array"
    outcome = judge(reference, cases, answer, signature)
    assert (outcome["status"], outcome["mistake"]) == ("failed", mistake), outcome["message"]
    assert "stumbled" not in outcome["message"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: 3 * np.mean(x**2) if len(x) > 2 else np.mean(x**2),  # a factor at some inputs only
        lambda x: np.mean(x**2) * len(x) if len(x) > 2 else 1.0,  # the number of rows at some inputs only
        lambda x: np.mean(np.abs(x) ** 2.1),
        lambda x: np.mean(x**2) + len(x) * 0.1,
        lambda x: np.median(x**2),
        lambda x: np.mean(x**2) + (1e-7 if len(x) > 5 else 0),  # nearly right at one input only
    ],
)
def test_what_holds_for_some_inputs_only_gets_no_name(judge, answer):
    assert judge(mean, SQUARES, answer)["mistake"] is None


def test_two_numbers_are_too_few_for_a_law(judge):
    assert judge(mean, SQUARES[:2], lambda x: 3.7 * np.mean(x**2))["mistake"] is None
    assert judge(mean, SQUARES[:3], lambda x: 3.7 * np.mean(x**2))["mistake"] == "factor"


def test_a_factor_on_the_step_alone_is_told_for_the_part_that_has_it(judge):
    def step(w, b, rate):
        return w - rate * 3.0 * w, b - rate * 2.0

    cases = [(float(RNG.normal()), float(RNG.normal()), rate) for rate in (0.1, 0.2, 0.3, 0.4)]
    outcome = judge(step, cases, lambda w, b, rate: (step(w, b, rate)[0], b + rate * 2.0), "(w, b, rate) -> (w, b)")
    assert outcome["mistake"] == "sign"
    assert outcome["message"].startswith("`w` is right. The step of `b` is everywhere −1 times")


w, b = 0.0, 0.0


def reads_the_notebook(w0, b0):
    return w + b0


def test_a_value_of_the_notebook_in_place_of_an_argument_is_told_before_any_other_mistake(judge):
    def add(w, b):
        return w + b

    outcome = judge(add, [(0.0, 1.0), (2.0, 3.0)], reads_the_notebook)
    assert outcome["mistake"] == "reads_the_notebook"
    assert outcome["message"].startswith("Your answer reads `w` from the notebook")


def test_long_inputs_stand_behind_the_news(judge):
    cases = [(np.arange(12.0), np.arange(12.0), np.arange(12.0))]
    message = judge(lambda x, y, z: x, cases, lambda x, y, z: x + (x == 3), "(x, y, z) -> array")["message"]
    assert message.startswith("Your result at entry [3] is 4, expected 3.")
    assert "\nIt was called with x = [" in message
