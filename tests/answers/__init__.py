"""Answers to every exercise: those that must pass, in several styles, and those that must fail."""
