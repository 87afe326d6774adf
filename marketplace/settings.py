"""Settings: one file, read from the environment, safe where nothing is said.

.env.example names every variable with a sentence. ``DEMO=1`` (set by ``make demo``) is the only
switch that allows built-in secrets and plain HTTP; production without secrets refuses to start.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from marketplace import env
from marketplace.logging import logging_config

django_stubs_ext.monkeypatch()

# -- identity ---------------------------------------------------------------------------------
BASE_DIR = env.BASE_DIR
if os.environ.get("PROCESS") != "test":  # tests know nothing of a demo beside them
    env.load_file(BASE_DIR / ".env")
    env.load_file(env.EMBEDDED_ENV)

DEMO = env.env_bool("DEMO", default=False)
DEBUG = env.env_bool("DEBUG", default=False)
SITE_NAME = "HAT Market"
SITE_URL = env.env_str("SITE_URL", "http://localhost:8000" if DEMO else None).rstrip("/")
HTTPS = urlsplit(SITE_URL).scheme == "https"
if not HTTPS and not DEMO:
    raise ImproperlyConfigured("SITE_URL must begin with https:// unless DEMO=1.")
SECRET_KEY = env.env_secret("SECRET_KEY", minimum_length=50, demo=DEMO)
SECRET_KEY_FALLBACKS = env.env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.env_list("ALLOWED_HOSTS", urlsplit(SITE_URL).hostname or "")
if DEMO:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1"]

# -- apps -------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "marketplace",
    "fulfilment",
    "buyers",
    "offers",
    "hats",
    "ledger",
    "accounts",
    "common",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "rest_framework",
]

# -- middleware -------------------------------------------------------------------------------
MIDDLEWARE = [
    "marketplace.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "marketplace.middleware.NoNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "marketplace.middleware.LanguageMiddleware",
    "marketplace.middleware.LogInFirstMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "marketplace.middleware.PrivatePagesMiddleware",
    "marketplace.middleware.DomainErrorMiddleware",
]

# -- urls and templates -----------------------------------------------------------------------
ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.context.csp_nonce",
                "marketplace.context.shell",
            ],
            "builtins": ["common.templatetags.ui", "django.templatetags.static"],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- data -------------------------------------------------------------------------------------
PROCESS = env.env_str("PROCESS", "command")  # web, worker, relay …: seen in pg_stat_activity
DATABASES = {
    "default": environ.Env.db_url_config(env.env_str("DATABASE_URL", "postgresql:///postgres"))
}
_db = DATABASES["default"]
_db["CONN_HEALTH_CHECKS"] = True
# A migration may rewrite every row; it waits for no lock longer than anybody else does.
_statement_timeout_ms = {"web": 5_000, "migration": 0}.get(PROCESS, 60_000)
_db["OPTIONS"] = {
    **_db.get("OPTIONS", {}),
    "application_name": f"hat-market-{PROCESS}",
    "options": (
        f"-c statement_timeout={_statement_timeout_ms} -c lock_timeout=4000"
        " -c idle_in_transaction_session_timeout=60000"
    ),
}
if PROCESS == "web":
    # A pool forbids persistent connections; workers do better with one connection each.
    _db["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.env_int("DB_POOL", 8), "timeout": 5}
    _db["CONN_MAX_AGE"] = 0
else:
    _db["CONN_MAX_AGE"] = 60
# Rate limits and the like live in PostgreSQL too: a page never waits for the broker's machine.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
    },
    # What frames pages, for {% cache %}: some 5 KB an entry, by all that is said in it.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "frames",
        "OPTIONS": {"MAX_ENTRIES": 3_000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILES_ROOT = Path(env.env_str("FILES_ROOT", str(BASE_DIR / "var" / "files")))

# -- people and sessions ----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.AccountBackend",
    "hats.backends.HatBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "offers:offer-list"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupExtras"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True  # twice, for known and new addresses alike
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "confirm_email": "3/m/key",  # codes to one address: impatience is no attack
}
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "marketplace.views.csrf_failure"

# -- mail -------------------------------------------------------------------------------------
EMAIL_CONFIG = environ.Env.email_url_config(
    env.env_str("EMAIL_URL", "filemail:///" + str(BASE_DIR / "var" / "mail"))
)
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_FILE_PATH = EMAIL_CONFIG.get("EMAIL_FILE_PATH", "")
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.env_str("DEFAULT_FROM_EMAIL", "HAT Market <market@localhost>")

# -- Celery (marketplace/celery.py names every periodic task) ----------------------------------
CELERY_BROKER_URL = env.env_str("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 330, 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 3,
    "socket_connect_timeout": 3,
    "health_check_interval": 15,
    # The relay gives a hint back at once rather than wait for a broker that does not answer.
    "max_retries": 0,
    "interval_start": 0,
}
CELERY_DB_REUSE_MAX = 500

# -- money ------------------------------------------------------------------------------------
CURRENCY = "GBP"
FEE_TAX_PERCENT = env.env_int("FEE_TAX_PERCENT", 20)  # on the platform's fee only
MARKET_FEE_PERCENT = env.env_int("MARKET_FEE_PERCENT", 20)  # of the reward, in composed offers
# The lowest reward of a composed offer, in minor units: docs/offers.md has the sum.
FAIR_PAY_ONCE = env.env_int("FAIR_PAY_ONCE", 50, minimum=1)
FAIR_PAY_READING = env.env_int("FAIR_PAY_READING", 2)
FAIR_PAY_CARE_PERCENT = env.env_int("FAIR_PAY_CARE_PERCENT", 50)
PAYMENT_GATEWAY = env.env_str("PAYMENT_GATEWAY", "till" if DEMO else "stripe")
STRIPE_SECRET_KEY = env.env_str("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = env.env_str("STRIPE_WEBHOOK_SECRET", "")
TILL_WEBHOOK_SECRET = env.env_secret("TILL_WEBHOOK_SECRET", minimum_length=32, demo=True)
if PAYMENT_GATEWAY not in {"till", "stripe"}:
    raise ImproperlyConfigured("PAYMENT_GATEWAY must be “till” or “stripe”.")
if PAYMENT_GATEWAY == "till" and not DEMO:
    raise ImproperlyConfigured("The sandbox till takes no real money: it needs DEMO=1.")
if PAYMENT_GATEWAY == "stripe" and not (STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET):
    raise ImproperlyConfigured("Stripe needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.")

# -- HATs -------------------------------------------------------------------------------------
# Which clusters are trusted, and how they are reached: docs/operations.md shows the fields.
HAT_CLUSTERS = env.env_json("HAT_CLUSTERS", "[]")
HAT_CONNECT_TIMEOUT_SECONDS = env.env_int("HAT_CONNECT_TIMEOUT_SECONDS", 5, minimum=1)
HAT_TOTAL_TIMEOUT_SECONDS = env.env_int("HAT_TOTAL_TIMEOUT_SECONDS", 30, minimum=1)

# -- sealing ----------------------------------------------------------------------------------
# Base64 of 32 random bytes each, newest first; older ones still open what they sealed.
SEALING_KEYS = env.env_list(
    "SEALING_KEYS", "ZGVtby1zZWFsaW5nLWtleS0wMTIzNDU2Nzg5YWJjZGU=" if DEMO else ""
)
if not SEALING_KEYS:
    raise ImproperlyConfigured("SEALING_KEYS must hold at least one base64 key of 32 bytes.")

# -- fulfilment: what an operator may tune ------------------------------------------------------
RETRIEVAL_BATCH = env.env_int("RETRIEVAL_BATCH", 200, minimum=1)
RETRIEVAL_CONCURRENCY = env.env_int("RETRIEVAL_CONCURRENCY", 64, minimum=1)
RETRIEVAL_LEASE_SECONDS = env.env_int("RETRIEVAL_LEASE_SECONDS", 60, minimum=5)
SWEEP_SECONDS = env.env_int("SWEEP_SECONDS", 30, minimum=1)
OUTBOX_LEASE_SECONDS = env.env_int("OUTBOX_LEASE_SECONDS", 60, minimum=5)

# -- security ---------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_TLS_PROXY = env.env_bool("BEHIND_TLS_PROXY", default=False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whose tries are counted: what our own proxy says and nothing before it, or nobody's word at all.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_TLS_PROXY)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
CSP_HAT_ORIGINS = [
    f"{c.get('scheme', 'https')}://*.{c['suffix']}" + (f":{c['port']}" if c.get("port") else "")
    for c in HAT_CLUSTERS
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Browsers apply form-action to the redirects after a form: the HAT's log-in and
        # confirmation pages and Stripe's till are such places.
        "form-action": [SELF, "https://checkout.stripe.com", *CSP_HAT_ORIGINS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# -- language, API, logging -------------------------------------------------------------------
USE_TZ, TIME_ZONE, LANGUAGE_CODE = True, "UTC", "en-gb"
# Each in its own words; docs/translating.md says how to add one.
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY = HTTPS, True
USE_THOUSAND_SEPARATOR = True
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "marketplace.api.problem_json",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min"},
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
LOGGING = logging_config(
    level=env.env_str("LOG_LEVEL", "INFO"), json_lines=env.env_bool("LOG_JSON", default=True)
)
