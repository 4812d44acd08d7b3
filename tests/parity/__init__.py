"""Comparisons with live Keras. A package, so that a file here may have the name of one beside it."""
