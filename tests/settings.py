"""The product's settings with what tests need otherwise."""

import tempfile

from marketplace.settings import *  # noqa: F403
from marketplace.settings import DATABASES

SECRET_KEY = "tests-only-" + "x" * 50
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Argon2 is meant to be slow; tests log people in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
FILES_ROOT = tempfile.mkdtemp(prefix="hm-files-")
STATIC_ROOT = tempfile.mkdtemp(prefix="hm-static-")
EMAIL_FILE_PATH = ""
# pytest shows what a failing test has logged by itself.
LOGGING_CONFIG = None
