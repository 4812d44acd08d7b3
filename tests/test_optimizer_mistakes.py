"""What is wrong with an optimizer is named by its steps: two mistakes at once, and what must not be said.

The mistakes that any rule can have stand in ``answers/any_rule.py``.
"""

import numpy as np
import pytest

from answers.any_rule import Adam, Momentum, NoOptions, OptionsLost
from helpers import check, optimizers
from helpers.check import judge_optimizer, judging, registry, source
from helpers.check.registry import Wrong


def verdict(id, answer):
    return judging.verdict(registry.get(id), answer, source.files(answer))


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


class SecondName(Momentum):
    """Meant as CS231n has Nesterov's rule; the old velocity is gone when it is needed."""

    def update_step(self, w, g, lr, t, m):
        old = m
        m *= self.momentum
        m -= lr * g
        w += -self.momentum * old + (1 + self.momentum) * m


class OtherWord(Momentum):
    """A second name that is meant as one."""

    def update_step(self, w, g, lr, t, m):
        velocity = m
        velocity *= self.momentum
        velocity -= lr * g
        w += velocity


def test_a_second_name_is_told_from_a_copy_only_where_the_old_values_were_wanted():
    said = "`old = m` is no copy"
    outcome = verdict("nesterov", SecondName)
    assert outcome["mistake"] == "heavy_ball" and said in outcome["message"]
    for answer in (OtherWord, Momentum):
        outcome = verdict("nesterov", answer)
        assert outcome["mistake"] == "heavy_ball" and "is no copy" not in outcome["message"]


def test_the_rules_of_the_package_are_not_said_to_lack_what_they_have():
    assert verdict("amsgrad", optimizers.Adam)["mistake"] == "plain_adam"


class AsksElsewhere(Momentum):
    def update_step(self, w, g, lr, t, m):
        m[:] = self.momentum * m - lr * g(w + (self.momentum * m))
        w += m


class NoOperator(Momentum):
    """A product whose `*` is missing: not the place that is asked for."""

    def update_step(self, w, g, lr, t, m):
        m[:] = self.momentum * m - lr * g(1 - self.momentum)
        w += m


@pytest.mark.parametrize(
    ("answer", "mistake", "begins"),
    [
        (
            AsksElsewhere,
            "gradient_called",
            "`g(w + (self.momentum * m))` calls `g` like a function. But `g` is an array",
        ),
        (NoOperator, "call_of_what_is_no_function", "TypeError: 'numpy.ndarray' object is not callable"),
    ],
)
def test_the_worker_tells_a_gradient_that_is_asked_for_elsewhere(answer, mistake, begins, tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))
    result = check.nesterov(answer)
    assert (result.status, result.mistake) == ("failed", mistake), result.message
    assert result.message.startswith(begins), result.message
    assert ("Is an operator missing" in result.message) == (mistake != "gradient_called")
