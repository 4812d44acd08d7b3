"""Answers to every exercise: those that must pass, in several styles, and those that must fail.

A mistake that an exercise knows (`mistakes=` in helpers/check) is not written down here a second time: each is judged as
a wrong answer by tests/test_check_exercises.py.
"""
