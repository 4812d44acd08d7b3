"""Judging an optimizer."""


def judge(exercise, answer, sources, reference=None, doing=lambda text: None):
    raise NotImplementedError
