"""Answers to every exercise: RIGHT must pass, WRONG must fail, and NAMED must fail as the mistake that stands there.

RIGHT = {id: [answers]}, WRONG = {id: [answers]}, NAMED = {id: {mistake: [answers]}}. A mistake that an exercise knows
(`mistakes=` in helpers/check) is not written down here a second time: each is judged as a wrong answer by
tests/test_check_exercises.py. NAMED has it only in code of another kind, as somebody else would get there.
"""
