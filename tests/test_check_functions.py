"""What the judge of functions says: the first difference, in words that a learner can use."""

import functools

import numpy as np
import pytest

from helpers.check import compare, judging, registry, running, source
from helpers.check.registry import Args, Exercise, Lesson, Wrong
from helpers.check.result import Result


@pytest.fixture
def lesson(monkeypatch):
    registry.load()
    monkeypatch.setattr(registry, "EXERCISES", dict(registry.EXERCISES))
    return Lesson(90)


HINTS = {"hints": ("one", "two", "three"), "reread": "the section"}


def declare(lesson, reference, *cases, signature="(x) -> array", **options):
    lesson.function(signature, cases=lambda rng: cases, id="probe", **HINTS, **options)(reference)


def judge(answer, id="probe"):
    return judging.verdict(registry.get(id), answer, source.files(answer))


X = np.array([[1.0, 2.0], [3.0, 4.0]])


def double(x):
    return 2 * x


def test_first_entry_that_differs_and_the_ratio(lesson):
    declare(lesson, double, (X,))
    outcome = judge(lambda x: x + np.where(x > 2, 0, x))
    assert "With x = [[1., 2.], [3., 4.]]: your result at entry [1, 0] is 3, expected 6." in outcome["message"]
    assert "−1 times" in judge(lambda x: -2 * x)["message"]
    assert "1/2 times" in judge(lambda x: x)["message"]


FACTOR, offset = 3.0, np.zeros(5)


def test_values_of_the_notebook_in_a_wrong_answer_are_named(lesson):
    declare(lesson, double, (X,))
    assert "Your answer reads `FACTOR` from the notebook, as it was before" in judge(lambda x: FACTOR * x)["message"]
    unknown = judge(lambda x: np.sin(FACTOR * x))["message"]  # where no mistake is recognised, the cause comes first
    assert unknown.startswith("Your answer reads `FACTOR`") and "With x = " in unknown
    both = judge(lambda x: FACTOR * x + (lambda: offset)())["message"]  # the shapes do not fit: it raises
    assert "`FACTOR` and `offset` from the notebook, as they were before" in both and "depends on `x` must be" in both
    assert "from the notebook" not in judge(lambda x: np.abs(double(x)) + 1)["message"], (
        "functions and modules are none"
    )
    assert judge(lambda x: (FACTOR - 1) * x)["status"] == "passed"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: (2 * x).T[:1], "shape (1, 2), expected (2, 2)"),
        (lambda x: 2.0, "shape (), expected (2, 2)"),
        (lambda x: "many", "expected an array of shape (2, 2)"),
        (lambda x: {"a": x}, "expected an array of shape (2, 2)"),
        (lambda x: (2 * x).astype(complex), "expected an array of shape (2, 2)"),
        (lambda x: x / 0 * 0, "is nan, expected 2"),
        (lambda x: (2 * x + 1e-5).astype(np.float32), "float32"),
        (lambda x, y: 2 * x, "takes (x, y)"),
        (lambda x: 2 * x[5], "IndexError"),
        (lambda x: x.__imul__(2), "leaves its input `x` changed"),
        (double(3.0), "wants the function itself, got the number 6"),
        (int, "got the class int"),
    ],
)
def test_wrong_answers_are_told(lesson, answer, words):
    declare(lesson, double, (X,))
    outcome = judge(answer)
    assert outcome["status"] == "failed"
    assert words in outcome["message"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: (2 * x).tolist(),
        lambda x: list(2 * x),
        lambda x: (2 * row for row in x),
        lambda x: map(np.array, 2 * x),
        lambda x: (2 * x).astype(np.longdouble),
        functools.partial(np.multiply, 2),
        np.multiply(2, 1) * 2 and (lambda x: np.add(x, x)),
    ],
)
def test_any_form_of_the_right_answer_passes(lesson, answer):
    declare(lesson, double, (X,))
    assert judge(answer)["status"] == "passed"


def test_tuples_are_named_by_the_signature(lesson):
    declare(lesson, lambda x: (x, 2 * x), (X,), signature="(x) -> (grad_x, grad_w)")
    assert "your `grad_w` at entry [0, 0] is 3, expected 2" in judge(lambda x: (x, 3 * x))["message"]
    assert "has 1 items, expected 2" in judge(lambda x: (x,))["message"]
    assert judge(lambda x: [x, 2 * x])["status"] == "passed"


def test_none_can_be_an_answer(lesson):
    declare(lesson, lambda n: None if n > 2 else n, (1,), (3,), signature="(n) -> int or None")
    assert judge(lambda n: n if n <= 2 else None)["status"] == "passed"
    assert "is 3, expected None" in judge(lambda n: n)["message"]
    assert judge(lambda n: None)["status"] == "not yet"


def test_keywords_edges_and_iterators(lesson):
    declare(
        lesson,
        lambda n, h=1: list(range(0, n, h)),
        (3,),
        Args(4, h=2),
        signature="(n, h=1) -> list",
        edges={"nothing": (0,)},
    )
    assert judge(lambda n, h=1: range(0, n, h))["status"] == "passed"
    assert judge(lambda n, h=1: (i for i in range(n) if i % h == 0))["status"] == "passed"
    assert "nothing, n = 0" in judge(lambda n, h=1: range(0, n, h) if n else [0])["message"]
    assert "goes on after" in judge(lambda n, h=1: iter(int, 1))["message"]


def test_property_judges(lesson):
    def verify(result, n):
        if sorted(result) != list(range(n)):
            raise Wrong(f"{result} does not hold each number once.")

    def twice(call):
        if call(50) == call(50):
            raise Wrong("Two calls give the same order.")

    declare(lesson, lambda n: list(np.random.permutation(n)), (5,), verify=verify, judge=twice, signature="(n) -> list")
    assert judge(lambda n: list(np.random.permutation(n)))["status"] == "passed"
    assert "each number once" in judge(lambda n: [0] * n)["message"]
    assert "same order" in judge(lambda n: list(range(n)))["message"]


def test_state_between_calls_is_noticed(lesson):
    declare(lesson, double, (X,))
    seen = []

    def keeps(x):
        seen.append(x)
        return len(seen) * 2 * x

    assert "asked a second time" in judge(keeps)["message"]


def blank(x):
    """A docstring."""
    ...


def half_done(x):
    y = ...
    return 2 * y


def one_line_left(x):
    ...
    return result  # noqa: F821


def passes(x):
    pass


def writes(x):
    y = np.empty_like(x)
    y[...] = 2 * x
    return y[..., :]


def test_blanks_are_not_yet_and_ellipsis_as_an_index_is_no_blank(lesson):
    declare(lesson, double, (X,))
    for answer in (blank, half_done, one_line_left, passes, lambda x: ..., lambda x: None):
        assert judge(answer)["status"] == "not yet", answer
    assert "Line" in judge(half_done)["message"]
    assert judge(writes)["status"] == "passed"


def raises(x):
    y = x + 1
    return y / missing  # noqa: F821


def test_an_exception_is_located_in_the_learners_lines(lesson):
    declare(lesson, double, (X,))
    message = judge(raises)["message"]
    assert message.startswith("NameError: name 'missing' is not defined, at line ")
    assert "`return y / missing" in message
    assert "test_check_functions.py" in message
    inside = judge(lambda x: np.dot(x, np.ones(3)))["message"]
    assert inside.startswith("ValueError: shapes (2,2) and (3,) not aligned")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            lambda a, b: a @ b,
            "`a @ b`: shapes (2, 3) @ (2, 4). A product sums over the two sizes in the middle, here 3 and 2",
        ),
        (lambda a, b: (a * 1.0) @ a + b.T @ a, ""),
        (lambda a, b: b.T @ a + a.T @ b.T, "`a.T @ b.T`: shapes (3, 2) @ (4, 2)"),
        (lambda a, b: a * 1.0 @ b.T[:1], ""),
        (lambda a, b: np.zeros((4, 5)) + b.T @ a, ""),
    ],
)
def test_a_product_that_cannot_be_formed_is_told_by_its_shapes(answer, said):
    a, b = np.ones((2, 3)), np.ones((2, 4))
    sources = {answer.__code__.co_filename: ("the cell", "")}
    with pytest.raises(running.Raised) as raised:
        running.run(answer, a, b, sources=sources)
    assert said in raised.value.message if said else ": shapes (" not in raised.value.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda z: max(0, z), "Entry by entry go `np.where`"),
        (lambda z: z if z > 0 else 0 * z, "Entry by entry go `np.where`"),
        (lambda z: np.max(0, z), "`np.maximum(a, b)` takes the larger"),
        (lambda z: np.min([0, z]), "`np.minimum(a, b)` takes the smaller"),
        (lambda z: np.max(z + np.ones(3)), ""),
    ],
)
def test_the_larger_of_two_arrays_is_told_from_the_largest_entry(answer, said):
    sources = {answer.__code__.co_filename: ("the cell", "")}
    with pytest.raises(running.Raised) as raised:
        running.run(answer, np.array([2.0, -1.0]), sources=sources)
    assert said in raised.value.message if said else "imum" not in raised.value.message


def hides_a_module(x):
    losses = []
    return losses.softmax_cross_entropy(x, x)


def hides_it_at_once(x):
    losses = losses.mse(x, x)  # noqa: F821
    return losses


def adds_to_nothing(x):
    losses += [x]  # noqa: F821
    return losses


def a_list_of_another_name(x):
    metrics = []
    return metrics.softmax_cross_entropy(x, x)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (hides_a_module, "In your function `losses` is a list, which hides the module `losses`: rename it."),
        (hides_it_at_once, "Your function gives `losses` a value, which hides the module: rename it."),
        (adds_to_nothing, ""),
        (a_list_of_another_name, ""),
        (lambda x: np.mean(x).backward(), "`backward` belongs to a Tensor."),
        (lambda x: "text".backward(), ""),
    ],
)
def test_a_name_that_hides_a_module_and_a_number_without_backward_are_told(answer, said):
    sources = {answer.__code__.co_filename: ("the cell", "")}
    with pytest.raises(running.Raised) as raised:
        running.run(answer, X, sources=sources)
    text = raised.value.message
    assert said in text if said else "hides" not in text and "belongs" not in text


def test_overflow_is_located(lesson):
    declare(lesson, lambda x: np.logaddexp(0, x), (np.array([1000.0]),))
    assert "overflow encountered in exp, at line" in judge(lambda x: np.log(1 + np.exp(x)))["message"]


@pytest.mark.parametrize(
    "slip",
    [
        {"hints": ("one",)},
        {"reread": ""},
        {"id": "Upper"},
        {"id": "registry"},
    ],
)
def test_an_authors_slip_is_refused(lesson, slip):
    with pytest.raises(ValueError):
        lesson.function("(x)", **{"cases": lambda rng: [], "id": "slip", **HINTS, **slip})(double)


def test_an_id_belongs_to_one_lesson(lesson):
    with pytest.raises(ValueError, match="already in lesson 01"):
        lesson.function("(x)", cases=lambda rng: [], id="mse", **HINTS)(double)


def test_predictions(lesson):
    lesson.predict(
        "probe", "How much?", answer=0.25, near={4.0: "Upside down."}, rtol=0.01, because="A quarter.", **HINTS
    )
    assert judge(0.2501)["message"] == "A quarter."
    assert judge(np.float64(0.25))["status"] == "passed"
    assert judge(4)["message"] == "Not 4. Upside down."
    assert "Too low" in judge(0.1)["message"]
    assert judge(float("nan"))["status"] == "not yet"
    assert judge("0.25")["status"] == "not yet"
    assert judge(...)["status"] == "not yet"
    assert isinstance(registry.get("probe"), Exercise)


def test_a_guess_is_noted_whichever_it_is(lesson):
    lesson.predict("probe", "Who?", choices=dict.fromkeys("ab", ""), answer=None, because="Look.", **HINTS)
    for guess in ("a", "B"):
        said = judge(guess)
        assert (said["status"], said["message"]) == ("noted", f"You said {guess.lower()!r}. Look.")
    assert judge("c")["status"] == "not yet" and judge(...)["status"] == "not yet"
    assert Result("probe", "noted", "Look.").passed
    with pytest.raises(ValueError, match="choices"):
        lesson.predict("probe", "How much?", answer=None, because="", **HINTS)


def test_a_ratio_that_rounds_to_one_is_not_told():
    expected = np.array([1.0, 2.0, 3.0])
    assert compare.ratio_of(expected * (1 + 3e-8), expected) == ""
    assert compare.ratio_of(expected * 1.5, expected) == " Yours is everywhere 1.5 times the expected value."


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([1, 2], [1, 3], "it held [1, 2] and now holds [1, 3]"),
        (np.zeros((20, 10)), np.eye(20, 10)[::-1], "its entry [10, 9] was 0 and is now 1"),
        ([np.full(99, np.nan), np.zeros(99)], [np.full(99, np.nan), np.eye(99)[50]], "in item 1, entry [50] was 0 and"),
    ],
)
def test_what_became_of_an_input_is_said_down_to_the_entry(before, after, words):
    assert words in compare.change(before, after)
