"""Log an owner in who has proved control of a HAT."""

from django.contrib.auth.backends import ModelBackend


class HatBackend(ModelBackend):
    """Loads users; authentication itself happens on the HAT's way back."""
