"""The state table of requests: every step in every state, and what a request is called by its lines."""

from __future__ import annotations

import itertools

import pytest

from congbhyt.registration.refusals import StepError
from congbhyt.registration.rules import (
    EDITABLE_STATES,
    ENDINGS,
    KINDS,
    LINE_LABELS,
    OPEN_STATES,
    STATE_LABELS,
    STEPS,
    Kind,
    LineState,
    Performer,
    State,
    Step,
    check_step,
    state_of,
)

D, S, R, A, F = State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED, State.IN_FORCE
ALLOWED = {
    Step.BEGIN: set(),
    Step.SUBMIT: {D, R},
    Step.SEND_BACK: {S},
    Step.WITHDRAW: {D, S, R},
    Step.DECIDE: {S},
    Step.OPEN: {A},
    Step.REVOKE: {S, A, F},
    Step.EXPIRE: {S, A, F},
    Step.REPLACE: {S, A, F},
}


@pytest.mark.parametrize(("step", "state"), list(itertools.product(Step, State)))
def test_a_step_is_taken_only_in_its_states(step: Step, state: State) -> None:
    """The whole table, from a list of its own."""
    if state in ALLOWED[step]:
        check_step(step, state)
    else:
        with pytest.raises(StepError) as refused:
            check_step(step, state)
        assert STATE_LABELS[state] in refused.value.sentence


W, P, I, N, E = LineState.WAITING, LineState.APPROVED, LineState.IN_FORCE, LineState.REFUSED, LineState.ENDED  # noqa: E741


@pytest.mark.parametrize(
    ("lines", "ended_by", "expected"),
    [
        ([W], None, State.SUBMITTED),
        ([W, P, I, N, E], None, State.SUBMITTED),
        ([P], None, State.APPROVED),
        ([P, I, N, E], None, State.APPROVED),
        ([I, N], None, State.IN_FORCE),
        ([I, E], Step.REVOKE, State.IN_FORCE),
        ([N], None, State.REFUSED),
        ([N, N], None, State.REFUSED),
        ([E], Step.REVOKE, State.REVOKED),
        ([E, N], Step.EXPIRE, State.EXPIRED),
        ([E], Step.REPLACE, State.REPLACED),
    ],
)
def test_the_least_advanced_line_names_the_request(
    lines: list[LineState], ended_by: Step | None, expected: State
) -> None:
    """One line that waits keeps the whole waiting."""
    assert state_of(lines, ended_by=ended_by) is expected


def test_every_state_is_reached_and_has_words() -> None:
    """No state without a label, none that no step leads to."""
    assert set(STATE_LABELS) == set(State)
    assert set(LINE_LABELS) == set(LineState)
    assert set().union(*(row.leads_to for row in STEPS.values())) == set(State)


def test_ends_lead_nowhere() -> None:
    """What is refused, withdrawn or over stays so: a new request is filed instead."""
    ends = {State.REFUSED, State.WITHDRAWN, *ENDINGS.values()}
    for step, row in STEPS.items():
        assert not row.begins & ends, step


def test_who_says_no_says_why() -> None:
    """Sending back and revoking need a reason; so do refused lines, which a constraint holds."""
    assert {step for step, row in STEPS.items() if row.reason} == {Step.SEND_BACK, Step.REVOKE}


def test_only_addresses_are_opened_by_a_national_centre() -> None:
    """CV 1923/BHXH-CNTT: addresses in two steps, people in one."""
    assert {kind for kind, row in KINDS.items() if row.opened_with} == {Kind.ADDRESSES}
    assert STEPS[Step.OPEN].performer is Performer.OPENER


def test_what_may_be_edited_is_open() -> None:
    """Lines change before submission and after being sent back only."""
    assert EDITABLE_STATES < OPEN_STATES
    assert State.SUBMITTED not in EDITABLE_STATES
