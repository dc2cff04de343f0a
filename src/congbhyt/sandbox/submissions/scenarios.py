"""The good submissions by the names that examples of rules use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from congbhyt.sandbox.submissions import (
    certificates,
    check_ins,
    more_visits,
    old_visits,
    people_visits,
    visits,
    vouchers,
)
from congbhyt.sandbox.submissions.draft import Draft
from congbhyt.standards.rules.rule import QD130, QD4750

SCENARIOS: dict[str, Callable[[str, date | None], Draft]] = {
    "outpatient": visits.outpatient,
    "inpatient": visits.inpatient,
    "chronic": more_visits.chronic,
    "day-inpatient": more_visits.day_inpatient,
    "dialysis": more_visits.dialysis,
    "commune-stay": more_visits.commune_stay,
    "short-stay": more_visits.short_stay,
    "outpatient-4210": old_visits.outpatient,
    "inpatient-4210": old_visits.inpatient,
    "child": people_visits.child,
    "newborn": people_visits.newborn,
    "referred": people_visits.referred,
    "emergency": people_visits.emergency,
    "uninsured": people_visits.uninsured,
    "two-cards": people_visits.two_cards,
    "long-stay": people_visits.long_stay,
    "check-in": check_ins.check_in,
    "assessment": check_ins.assessment,
    "hiv": certificates.hiv,
    "birth-certificate": certificates.birth_certificate,
    "pregnancy-leave": certificates.pregnancy_leave,
    "sick-leave": certificates.sick_leave,
    "referral": certificates.referral,
    "re-visit": certificates.re_visit,
    "tuberculosis": certificates.tuberculosis,
    "discharge-voucher": vouchers.discharge,
    "summary-voucher": vouchers.summary,
    "pregnancy-rest-voucher": vouchers.pregnancy_rest,
    "sick-leave-voucher": vouchers.sick_leave,
    "inpatient-voucher": vouchers.inpatient_treatment,
    "infertility-voucher": vouchers.infertility_treatment,
    "mothers-health-voucher": vouchers.mothers_health,
    "death": vouchers.death,
    "birth": vouchers.birth,
    "driver": vouchers.driver,
}
"""Each makes a good submission of a standard, on its own day or another."""

ONLY: dict[str, tuple[str, ...]] = {
    "outpatient-4210": ("QD4210",),
    "inpatient-4210": ("QD4210",),
    "referral": QD4750,
    "re-visit": QD4750,
    "tuberculosis": QD4750,
    "discharge-voucher": ("CV3220",),
    "summary-voucher": ("CV3220",),
    "pregnancy-rest-voucher": ("CV3220",),
    "sick-leave-voucher": ("CV3220",),
    "inpatient-voucher": ("CV3220",),
    "infertility-voucher": ("CV3220",),
    "mothers-health-voucher": ("CV3220",),
    "death": ("CV3220",),
    "birth": ("CV3220",),
    "driver": ("GKSK",),
}
"""The standards of scenarios that are not written in all of QĐ 130, 4750 and 3176."""


def standards_of(scenario: str) -> tuple[str, ...]:
    """The standards that a scenario can be written in, the newest last."""
    return ONLY.get(scenario, QD130)


def good(scenario: str, standard: str, day: date | None = None) -> Draft:
    """A good submission."""
    return SCENARIOS[scenario](standard, day)
