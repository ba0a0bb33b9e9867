"""Why does a claim end although the machine's clock has not moved?

A handler takes the end of its claim on a mail from the machine's clock, which cannot be moved. So
where the world's clock is moved, the claims that exist by then are moved back by as much: at the
message's next receive they have ended, as they would have on AWS.
"""

import time

from moto.dynamodb.models import DynamoType

from local_cloud.activity import ACTIVITY
from local_cloud.additions.dynamodb import all_tables

# The ledger that both handlers keep.
STATE, CLAIMED, UNTIL_MILLISECONDS = "state", "claimed", "until"
SMALLEST_STEP_SECONDS = 0.05


class Claims:
    def __init__(self) -> None:
        self._aged_by = 0.0

    def age(self) -> None:
        """Call before a table is read or written, with the lock held."""
        ahead = ACTIVITY.clock.now() - time.time()
        step = ahead - self._aged_by
        if step < SMALLEST_STEP_SECONDS:
            return
        self._aged_by = ahead
        for table in all_tables():
            for item in table.all_items():
                state, until = item.attrs.get(STATE), item.attrs.get(UNTIL_MILLISECONDS)
                if state is not None and state.value == CLAIMED and until is not None:
                    moved = int(float(until.value) - step * 1000)
                    item.attrs[UNTIL_MILLISECONDS] = DynamoType({"N": str(moved)})


CLAIMS = Claims()
