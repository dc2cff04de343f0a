"""Every rule speaks on its own examples and stays silent beside them; none is without both."""

from __future__ import annotations

import pytest

from congbhyt.sandbox.submissions.scenarios import SCENARIOS
from congbhyt.standards.examples import Example
from congbhyt.standards.rules.every import RULES
from congbhyt.standards.rules.rule import Rule
from tests.standards import example_spoken

_EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in RULES.values()
    for number, example in enumerate(rule.examples, 1)
]


@pytest.mark.parametrize(("rule", "example"), _EXAMPLES)
def test_a_rule_speaks_exactly_where_its_examples_say(rule: Rule, example: Example) -> None:
    spoken = example_spoken(rule, example)
    if example.silent:
        assert rule.id not in spoken
    else:
        assert spoken == {rule.id, *example.also}


def test_every_rule_has_an_example_that_breaks_it_and_one_that_does_not() -> None:
    lacking = [
        rule.id
        for rule in RULES.values()
        if rule.check and {example.silent for example in rule.examples} != {True, False}
    ]
    assert lacking == []


def test_every_example_names_a_scenario() -> None:
    assert {example.scenario for rule in RULES.values() for example in rule.examples} <= set(SCENARIOS)
