"""Django's settings, made from the checked environment (env.py). No secrets here."""

from __future__ import annotations

import os
import sys
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from perezvon.config import logs, rooms
from perezvon.config.env import MAIL_SCHEMES, ROOT, current, s3_storage, secret_key

ENV = current()
TESTING = "pytest" in sys.modules
PACKAGE = rooms.PACKAGE

DEBUG = ENV.debug
SECRET_KEY = secret_key(ENV.home)
HOME = ENV.home
ANALYTICS_URL = ENV.analytics_url
PUBLIC_URL = ENV.address
DEFAULT_REGION = ENV.default_region
PRIVATE_HOSTS = ENV.private_hosts  # "host:port" of our own network that may be called without TLS (kit/outgoing.py)

# --- who may ask ------------------------------------------------------------
# This machine by its own names; others by PEREZVON_ALLOWED_HOSTS or PEREZVON_PUBLIC_URL.
ALLOWED_HOSTS = ["localhost", ".localhost", "127.0.0.1", "[::1]", "testserver", *ENV.own_names, *ENV.allowed_hosts]
CSRF_TRUSTED_ORIGINS = [ENV.public_url] if ENV.public_url else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.secure_cookies
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ENGINE = "perezvon.staff.sessions"
CSRF_COOKIE_HTTPONLY = False  # hx-headers read it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.secure_cookies else None
SECURE_HSTS_SECONDS = 31_536_000 if ENV.secure_cookies else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- what it is made of -----------------------------------------------------
INSTALLED_APPS = [
    *(rooms.application(room) for room in rooms.ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
]
# Under ASGI each middleware that can be asynchronous costs a hop to a thread and back. One that is synchronous only,
# innermost (perezvon.web.middleware.browser_limits), makes Django run the whole chain in a single hop.
MIDDLEWARE = [
    "perezvon.config.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    "perezvon.config.logs.RequestLog",
    "perezvon.config.static.Static",
    "perezvon.staff.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "perezvon.staff.middleware.own_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "perezvon.web.middleware.browser_limits",
]
ROOT_URLCONF = "perezvon.config.urls"
ASGI_APPLICATION = "perezvon.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "perezvon.web.context.surface_of",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the database -------------------------------------------------------------
_address = conninfo_to_dict(ENV.database_url) if ENV.database_url else {}
DATABASES = {
    "default": {
        "ENGINE": "perezvon.config.database",
        "NAME": _address.pop("dbname", "perezvon"),
        "USER": _address.pop("user", ""),
        "PASSWORD": _address.pop("password", ""),
        "HOST": _address.pop("host", ""),
        "PORT": _address.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,  # after a restart of the server the first request must not fail
        "CONN_MAX_AGE": None,  # the threads of web and worker last, and so do their connections
        "OPTIONS": {
            **_address,
            "application_name": os.environ.get("PGAPPNAME", "perezvon-web"),
        },
        "TEST": {"TEMPLATE": os.environ.get("PEREZVON_TEST_TEMPLATE", "template0")},
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "perezvon"}}

# --- people ---------------------------------------------------------------------
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["perezvon.staff.backends.Staff"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests sign in hundreds of times
    if TESTING
    else ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "perezvon.config.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are added by an administrator
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = False if TESTING else {"login_failed": "10/m/ip,5/5m/key", "login": "60/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Perezvon"
# A passkey needs https; on this very machine browsers accept plain http.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENV.secure_cookies

# --- language and time -------------------------------------------------------------
LANGUAGE_CODE = ENV.language
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "config" / "locale", PACKAGE / "kit" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENV.time_zone

# --- files ------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = None  # files are served from where they lie: no copying step
STATICFILES_DIRS: list[str] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/.+-[\w-]{8}\.\w+$"
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
MEDIA_ROOT = HOME / "media"
RECORDINGS_ROOT = HOME / "recordings"
RECORDINGS_SPOOL = ENV.recordings_spool
RECORDINGS_FORMAT = ENV.recordings_format
_folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": RECORDINGS_ROOT}}
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "recordings": s3_storage(ENV.s3) if ENV.s3 else _folder,
}
ANALYTICS_ROOT = HOME / "analytics"

# --- mail and push ------------------------------------------------------------------------
MAIL_IS_SET = bool(ENV.mail_url)
MAIL_FROM = ENV.mail_from or f"perezvon@{urlsplit(ENV.address).hostname}"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
if ENV.mail_url:
    _mail = urlsplit(ENV.mail_url)
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or MAIL_SCHEMES[_mail.scheme]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp+tls"
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"
# The address of a push service comes from a browser, which may not choose among the servers of our own network.
PUSH_TO_PRIVATE_HOSTS = TESTING

# --- work behind ------------------------------------------------------------------------------
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_IMPORT_PATHS = [f"perezvon.{room}.jobs" for room in rooms.ROOMS if rooms.has(room, "jobs")]

LOGGING_CONFIG = None
logs.configure(ENV.log_level, ENV.log_format)

SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
CHECKOUT = ROOT
