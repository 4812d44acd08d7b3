"""Right answers changed in one place: a sample of what tests/mutants.py tries in full."""

import pytest

from helpers import check
from helpers.check import registry
from tests import mutants

# Here a changed number is as right as the old one: another step h, another width, rate or number of epochs.
FREE = {"numerical_gradient", "build_overfit_twenty"}
IDS = [e.id for e in registry.load().values() if e.kind in ("function", "optimizer") and e.id not in FREE]


@pytest.mark.parametrize("id", IDS)
def test_a_changed_answer_is_caught_wherever_its_results_differ(id):
    exercise = registry.get(id)
    for original in mutants.right_answers(exercise):
        every = list(mutants.mutants(mutants.bare(original)))
        for text, line in every[:: max(1, len(every) // 4)]:
            try:
                mutant = mutants.build(text, original)
            except Exception:
                continue
            if getattr(check, id)(mutant).passed:
                assert not mutants.changes_results(exercise, original, mutant), line
