"""The search for a mistake's name ends in time: by a clock that the tests turn themselves."""

import numpy as np
import pytest

from helpers.check import client, judging, patience, registry, source


class Clock:
    """Stands in for the module `time`: it goes on when an answer says so."""

    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(patience, "time", clock := Clock())
    return clock


def judged(clock, seconds):
    """A wrong mse (a mistake that is known last, or not at all), each call of which takes so many seconds."""

    def mse(y, y_hat):
        clock.now += seconds
        return float(np.mean(np.abs(y - y_hat) ** 2.5))

    began = clock.now
    outcome = judging.verdict(registry.get("mse"), mse, source.files(mse))
    return outcome, clock.now - began


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.1, 0.4, 1.0, 2.4, 3.0])
def test_the_first_difference_is_told_before_the_time_runs_out(clock, seconds):
    outcome, taken = judged(clock, seconds)
    assert outcome["status"] == "failed" and outcome["message"]
    assert taken <= client.SECONDS


def test_the_search_looks_at_every_mistake_if_the_answer_is_quick_and_at_none_if_it_is_slow(clock):
    (_, quick), (_, slow) = judged(clock, 1e-6), judged(clock, patience.TO_BEGIN + 0.1)
    assert quick >= 1e-6 * len(registry.get("mse").mistakes)
    assert slow < 2 * patience.TO_BEGIN  # judged once, never compared
