"""Things that do as they like when they are looked at, handed to a check: it says so, and ends, and raises nothing."""

import os
import signal
import sys
import threading

import numpy as np
import pytest

from helpers import check
from helpers.check import carry, judging, raised, registry, source


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))


def right(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


class Silent(Exception):
    def __str__(self):
        raise SystemExit

    __repr__ = __str__


class GivesItself:
    def __getattr__(self, name):
        return self


class RefusesNames:
    def __getattr__(self, name):
        raise RuntimeError(name)


class RefusesAll:
    def __getattribute__(self, name):
        raise SystemExit


class RightAndRefusing(RefusesNames):
    def __call__(self, y_true, y_pred):
        return right(y_true, y_pred)


class Unnamed(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)


def a_class_without_a_name():  # made when asked for: pytest looks at whatever stands in a module
    return Unnamed("OfThatKind", (), {})


class Unpicklable:
    def __call__(self, y_true, y_pred):
        return 0.0

    def __reduce__(self):
        raise Silent


class EndsWhoUnpickles(Unpicklable):
    def __reduce__(self):
        return os._exit, (3,)


class Number(float):
    def refuse(self, *arguments):
        raise Silent

    __float__ = __abs__ = __repr__ = __sub__ = __mul__ = refuse


class Text(str):
    def strip(self, *arguments):
        raise Silent


def wraps_itself(y_true, y_pred):
    return right(y_true, y_pred)


wraps_itself.__wrapped__ = wraps_itself

THINGS = [
    ("mse", GivesItself),
    ("mse", RefusesNames),
    ("mse", RefusesAll),
    ("mse", a_class_without_a_name),
    ("sgd", a_class_without_a_name),
    ("sgd", GivesItself),
    ("mse", Unpicklable),
    ("mse", EndsWhoUnpickles),
    ("build_keras_optimizer", RefusesNames),
    ("predict_price", lambda: Number(3)),
    ("predict_price", lambda: Text("x")),
    ("predict_price", RefusesAll),
    ("predict_price", lambda: 10**400),
    ("predict_beta", lambda: Text("b")),
    ("predict_beta", GivesItself),
]


@pytest.fixture
def within_seconds():
    """End what hangs here, in this process: no limit of the worker's holds."""

    def end(*_):
        raise KeyboardInterrupt  # the one thing that a check lets through

    if hasattr(signal, "SIGALRM"):
        before = signal.signal(signal.SIGALRM, end)
        signal.alarm(30)
        yield
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    else:
        yield


@pytest.mark.parametrize(("id", "make"), THINGS, ids=lambda v: getattr(v, "__name__", v))
def test_nothing_that_is_handed_over_raises_or_hangs(within_seconds, id, make):
    shown = getattr(check, id)(make())
    assert shown.status in ("failed", "not yet")
    assert shown.message
    assert shown._repr_html_()


@pytest.mark.parametrize("make", [RightAndRefusing, lambda: wraps_itself])
def test_what_computes_the_right_thing_passes_whatever_else_it_is(within_seconds, make):
    assert check.mse(make()).passed


def test_a_number_beyond_all_floats_is_no_prediction():
    assert check.predict_price(10**400).status == "not yet"
    assert "finite" in check.predict_price(10**400).message


def test_what_an_answer_sets_in_the_kernel_is_set_back():
    lock = threading.Lock()

    def sets(y_true, y_pred):
        with lock:
            np.set_printoptions(precision=1, formatter={"float": lambda x: "?"})
            np.seterr(all="raise")
            sys.setprofile(lambda *_: None)
            sys.settrace(lambda *_: None)
            return right(y_true, y_pred)

    before = np.get_printoptions(), np.geterr(), sys.getprofile(), sys.gettrace()
    shown = check.mse(sets)
    after = np.get_printoptions(), np.geterr(), sys.getprofile(), sys.gettrace()
    assert shown.passed
    assert "Judged in the notebook itself" in repr(shown)
    assert after == before


def test_much_data_is_not_sent_but_judged_where_it_is(monkeypatch):
    monkeypatch.setattr(carry, "_MEGABYTES", 1)
    data = np.ones(2**18)

    def reads_much(y_true, y_pred):
        return right(y_true, y_pred) * data[0]

    shown = check.mse(reads_much)
    assert shown.passed
    assert "it reads 2 MB of the notebook's data" in repr(shown)


def test_an_exception_without_words_while_a_result_is_read_is_told():
    class Bad:
        def __array__(self, *arguments, **options):
            raise Silent

        __class__ = property(__array__)

    outcome = judging.verdict(registry.get("mse"), lambda a, b: Bad(), {})
    assert outcome["status"] == "failed"
    assert "Silent" in outcome["message"]


def test_words_of_an_exception():
    assert raised.in_words(ValueError("two\n  lines")) == "ValueError: two lines"
    assert raised.in_words(ValueError()) == "ValueError"
    assert raised.in_words(Silent()) == "Silent"
    assert len(raised.in_words(ValueError("x" * 9000))) < 400


def test_the_function_under_a_decorator_is_found():
    import functools

    @functools.lru_cache
    @functools.wraps(right)
    def wrapped(y_true, y_pred):
        return right(y_true, y_pred)

    assert source.unwrap(functools.partial(wrapped)) is right


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder in which a process is")
def test_a_working_folder_that_is_gone_does_no_harm(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert check.predict_beta("b").passed
    with threading.Lock() as held:
        assert check.mse(lambda a, b, held=held: right(a, b)).passed
