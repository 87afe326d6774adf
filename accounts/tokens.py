"""The secret in an invitation's link: derived, so that a worker can write the mail by number.

The database holds only its hash; whoever reads the database cannot accept an invitation, and
whoever reads a queue finds no secret in it.
"""

import base64
import hashlib
import uuid

from django.utils.crypto import salted_hmac

_PURPOSE = "accounts.invitation"


def invitation_token(uid: uuid.UUID) -> str:
    """256 bits that only the holder of the secret key can work out from ``uid``."""
    secret = salted_hmac(_PURPOSE, str(uid), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def token_digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
