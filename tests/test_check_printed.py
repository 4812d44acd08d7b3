"""What an answer prints is shown under its verdict, within bounds, from the worker and from the kernel alike."""

import html
import threading
import time
import tracemalloc

import numpy as np
import pytest

from helpers.check import client, judging, registry, session
from helpers.check.printed import LINES, WIDTH, Printed
from helpers.check.result import Result
from helpers.optimizers import Optimizer


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))


def check(id, answer):
    return session.check(registry.get(id), answer)


def right(y_true, y_pred):
    print("e is", y_pred - y_true)
    return np.mean((y_true - y_pred) ** 2)


def wrong(y_true, y_pred):
    print("sizes", y_true.size, y_pred.size)
    return np.sum((y_true - y_pred) ** 2)


def raises(y_true, y_pred):
    print("before")
    return y_true.nothing


def wrong_at_the_second(y_true, y_pred):
    print(f"{len(y_true)} entries")
    return np.mean((y_true - y_pred) ** 2) if len(y_true) == 3 else 7.0


def test_a_passed_answer_shows_its_first_call():
    shown = check("mse", right)
    assert shown.passed
    assert shown.printed == "Your answer printed, with y_true = [1., 2., 3.], y_pred = [2., 2., 7.]:\ne is [1. 0. 4.]"


@pytest.mark.parametrize(
    ("answer", "said"),
    [(wrong, "sizes 3 3"), (raises, "before"), (wrong_at_the_second, "1 entries")],
)
def test_a_failed_answer_shows_the_call_that_the_message_tells_of(answer, said):
    shown = check("mse", answer)
    assert shown.status == "failed"
    assert shown.printed == f"Your answer printed:\n{said}"


def test_the_kernels_own_judge_shows_it_too():
    lock = threading.Lock()

    def locked(y_true, y_pred):
        with lock:
            print("here")
            return 0.0

    shown = check("mse", locked)
    assert "Judged in the notebook itself" in repr(shown)
    assert shown.printed == "Your answer printed:\nhere"


def test_an_overflow_is_looked_for_without_printing_twice():
    def textbook(y_true, logits):
        print("once")
        p = 1 / (1 + np.exp(-logits))
        return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))

    shown = check("binary_cross_entropy", textbook)
    assert "NumPy says" in shown.message
    assert shown.printed == "Your answer printed:\nonce"


class Loud(Optimizer):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)

    def update_step(self, w, g, lr, t):
        print("step", t, w.shape)
        w -= 2 * lr * g


def test_an_optimizer_shows_the_run_up_to_the_first_difference():
    shown = check("sgd", Loud)
    assert shown.printed == "Your answer printed:\nstep 1 (3, 2)\nstep 1 (5,)"


def test_an_endless_loop_shows_what_it_printed_before_it_was_stopped(monkeypatch):
    monkeypatch.setattr(client, "SECONDS", 1.0)

    def loops(y_true, y_pred):
        print("round and round")
        while True:
            time.sleep(0.01)

    shown = check("mse", loops)
    assert "stopped after" in shown.message
    assert shown.printed == "Your answer printed:\nround and round"


def test_much_is_bounded_in_lines_width_and_memory():
    stream = Printed()
    tracemalloc.start()
    for i in range(50_000):
        print(f"line {i}", file=stream)
    stream.write("x" * 1_000_000)
    print("\nthe end", file=stream)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000  # of which the long text itself is one
    lines = stream.here().splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH
    assert lines[:2] == ["line 0", "line 1"]
    assert "…" in lines
    assert lines[-1] == "the end"


def test_twenty_lines_are_whole_and_twenty_one_are_not():
    for count in (LINES, LINES + 1):
        stream = Printed()
        print(*range(count), sep="\n", file=stream)
        lines = stream.here().splitlines()
        assert len(lines) == LINES
        assert ("…" in lines) == (count > LINES)
        assert lines[-1] == str(count - 1)


def test_one_long_line_is_cut_once():
    stream = Printed()
    stream.write("x" * 100_000)
    assert stream.here().splitlines()[0] == "x" * (WIDTH - 1) + "…"
    assert stream.here().count("x") < 2 * WIDTH


def test_carriage_returns_and_control_characters():
    stream = Printed()
    stream.write("10 %\r50 %\r100 %\nred: \x1b[31m\ud800 tab\t.\r\n")
    first, second = stream.here().splitlines()
    assert first == "100 %"
    assert second == "red: \ufffd[31m\ufffd tab\t."
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"x")


def test_text_and_page_show_it_and_markup_stays_text():
    said = "<b>`x`</b>\n  two"
    shown = Result("mse", "failed", "No.", notes=("A note.",), printed=f"Your answer printed:\n{said}")
    assert repr(shown).splitlines() == [
        "✗ Not right yet: mse",
        "No.",
        "Your answer printed:",
        "    <b>`x`</b>",
        "      two",
        "A note.",
    ]
    assert html.escape(said) + "</pre>" in shown._repr_html_()
    assert "<b>" not in shown._repr_html_()


def test_silence_shows_nothing():
    assert judging.verdict(registry.get("mse"), np.dot, {})["printed"] == ""
    assert "printed" not in repr(check("mae", lambda t, p: np.abs(t - p).mean()))


def test_no_reference_prints():
    """What the course's own code prints on the way is not the learner's."""
    for exercise in registry.load().values():
        if exercise.kind == "function":
            assert judging.verdict(exercise, exercise.reference, {})["printed"] == "", exercise.id
