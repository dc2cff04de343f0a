"""Benchmarks that print ratios; run one with `python -m bench.<name>`."""
