"""Reports: what a check found, for people (text) and for programs (JSON, SARIF).

A report is written piece by piece while files are checked, so that its length does not fill the memory; the same
input gives the same bytes, so none holds a time of day, a duration or a path that was not given.
"""
