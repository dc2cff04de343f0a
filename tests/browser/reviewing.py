"""The end of a review by the portal's clock: `python -m tests.browser.reviewing OFFSET UNIT`.

Every unit but that one has confirmed its people, so that only its own are suspended and all other journeys go on.
"""

from __future__ import annotations

import sys
from pathlib import Path

from congbhyt.config import bootstrap
from tests.browser.serve import moved_by


def end(silent: str) -> None:
    """Confirm for the others, then run the worker's job."""
    from congbhyt.enrolment import campaigns, tasks
    from congbhyt.enrolment.models import Campaign
    from congbhyt.kernel import clock
    from congbhyt.registration.performers import Performer
    from congbhyt.units.models import Unit
    from tests.factories import BY

    at = clock.now()
    review = Campaign.objects.get(closed_at=None)
    for unit in Unit.objects.exclude(code=silent):
        staying = campaigns.to_confirm(unit, review).values_list("pk", flat=True)
        if staying:
            campaigns.confirm(
                unit=unit, staying=list(staying), leaving=[], performer=Performer.operator(BY), at=review.opens_at
            )
    tasks.close_review(int(at.timestamp()))


if __name__ == "__main__":
    moved_by(Path(sys.argv[1]))
    with bootstrap.database():
        end(sys.argv[2])
