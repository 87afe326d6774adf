"""Numbers and patterns of the HAT contract and of our own bounds, each with its unit and reason."""

import re
from datetime import timedelta

API = "/api/v2.6"
OLD_API = "/api/v2"

# The HAT's own route patterns (hat-protocol §0): anything else would fall through to its web app,
# which answers 200 with HTML.
ENDPOINT = re.compile(r"[0-9a-z-]+(?:/[0-9a-z-]+)+")
TOKEN = re.compile(r"[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+")
DEBIT_ID = re.compile(r"[0-9a-zA-Z-]{1,64}")
APPLICATION_ID = re.compile(r"[0-9a-zA-Z-]{1,64}")
BUNDLE_NAME = re.compile(r"[0-9a-zA-Z-]{1,100}")
COMBINATOR = re.compile(r"[0-9a-z-]+(?:/[0-9a-z-]+)*")

# What a HAT may send us at most. 5 MiB is a thousand times a usual answer.
MAX_BODY_BYTES = 5 * 1024 * 1024
MAX_KEY_BYTES = 8 * 1024
MAX_TOKEN_BYTES = 8 * 1024
MAX_RECORD_BYTES = 256 * 1024
MAX_RECORDS = 10_000
MAX_PAGED_RECORDS = 100_000
# Versions of one debit: each asks its owner anew.
MAX_PERMISSIONS = 1000
MAX_NODES = 200_000
MAX_DEPTH = 32
# PostgreSQL's jsonb and bigint hold these without loss; a double needs no more than 17 digits.
MAX_INTEGER = 2**63
MAX_SIGNIFICANT_DIGITS = 17
MAX_EXPONENT = 308

# Seconds. A total deadline is the only thing that ends a HAT which sends a byte now and then.
TOTAL_DEADLINE_SECONDS = 30.0
CONNECT_DEADLINE_SECONDS = 5.0
KEEP_ALIVE_SECONDS = 15.0

PER_HAT_CONCURRENCY = 4
PER_CLUSTER_CONCURRENCY = 64

# A log-in assertion is fresh or it is a replay; HATs themselves would accept it for days.
MAX_ASSERTION_AGE = timedelta(minutes=10)
CLOCK_LEEWAY = timedelta(seconds=60)
# Current HATs issue tokens for 30 days (hat-protocol §1.4).
MAX_TOKEN_LIFE = timedelta(days=31)
MIN_KEY_BITS = 2048
MAX_KEY_BITS = 4096
PUBLIC_EXPONENT = 65537
