"""Synthetic submissions: good ones of every standard and table, and the same ones broken on purpose."""
