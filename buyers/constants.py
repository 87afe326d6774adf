"""Facts of buying that several modules share."""

from datetime import timedelta
from typing import Final

from offers.constants import DAYS_OPEN

# How long owners can say yes once a line is open. Counted anew when the line really opens.
FILL_PERIOD: Final = timedelta(days=DAYS_OPEN)

# A checkout that nobody finished within a day is called off (Stripe's own longest life).
CHECKOUT_LIFE: Final = timedelta(hours=24)

# Webhooks come within seconds; after this long the reconciler asks the gateway itself.
RECONCILE_AFTER: Final = timedelta(seconds=30)

# Stripe forgets idempotency keys after 24 hours: an attempt older than this is given up.
ATTEMPT_LIFE: Final = timedelta(hours=20)
