"""The one settings file. Everything comes from the environment or from `.env` in the data folder.

An empty value means unset. Every secret can also be given as `NAME_FILE`, a path to read it from.
`SITE_URL` alone derives allowed hosts, CSRF origins, secure cookies and links.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from fluxhub.languages import offered

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("FLUXHUB_DATA") or BASE_DIR / ".fluxhub").resolve()

environ.Env.read_env(DATA / ".env")
for _name in [name for name, value in os.environ.items() if value == ""]:
    del os.environ[_name]
env = environ.Env()


def secret(name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names, or ''."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, "")


for _name in ("DATABASE_URL", "CACHE_URL", "EMAIL_URL"):  # they carry passwords
    if _value := secret(_name):
        os.environ[_name] = _value


def required_secret(name: str) -> str:
    if value := secret(name):
        return value
    raise ImproperlyConfigured(
        f"{name} is not set. `manage.py up` writes one into {DATA / '.env'}; "
        f"on a server set {name} or {name}_FILE."
    )


# --- where we are ------------------------------------------------------------------------------
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
IS_PRODUCTION = _site.scheme == "https"
IS_LOOPBACK = _site.hostname in {"127.0.0.1", "localhost", "::1"}
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(
        f"SITE_URL must be an address like https://hub.example, not {SITE_URL!r}."
    )
if not IS_PRODUCTION and not IS_LOOPBACK and not env.bool("ALLOW_HTTP", False):
    raise ImproperlyConfigured(
        f"SITE_URL is {SITE_URL}: passwords would travel in the clear. "
        "Use https, or set ALLOW_HTTP=true on a network you trust."
    )
ALLOWED_HOSTS = [_site.hostname, *env.list("EXTRA_HOSTS", default=[])]
if IS_LOOPBACK:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- secrets -----------------------------------------------------------------------------------
SECRET_KEY = required_secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = [key for key in secret("SECRET_KEY_FALLBACKS").split(",") if key]
# Seals keys at rest. The first one seals; all of them open. Never derived from SECRET_KEY.
FLUXHUB_ENCRYPTION_KEYS = required_secret("FLUXHUB_ENCRYPTION_KEYS").split(",")
SANDBOX_SECRET = required_secret("SANDBOX_SECRET")

# --- what it is made of ------------------------------------------------------------------------
INSTALLED_APPS = [
    "generations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "django_htmx",
    "allauth",
    "allauth.account",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "generations.core.compression.CompressionMiddleware",
    "generations.core.headers.SecurityHeadersMiddleware",
    "generations.core.plain_text.PlainTextMiddleware",
    "generations.core.error_pages.NotAllowedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "generations.teams.middleware.TeamMiddleware",
]
ROOT_URLCONF = "fluxhub.urls"
WSGI_APPLICATION = "fluxhub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "generations.teams.context.team",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "generations.templatetags.figures",
                "generations.templatetags.shell",
                "generations.templatetags.slots",
                "generations.templatetags.ui",
            ],
        },
    }
]

# --- data --------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{DATA / 'fluxhub.sqlite3'}")}
IS_SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]
# Reconnecting for every request costs two to six times the request.
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
if IS_SQLITE:
    # Tests use a file too: the threads of a test's server would lock one in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c lock_timeout=5s -c statement_timeout=20s",
        # Read and planned once per connection: what comes often is sent as its name and values.
        "server_side_binding": True,
        "prepare_threshold": 5,
    }
CACHES = {"default": env.cache_url("CACHE_URL", "locmemcache://")}
MEDIA_ROOT = DATA / "media"
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "generations.core.static_build.BuiltStaticFilesStorage"},
}
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}

# --- people ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "generations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "generations.teams.accounts.AccountAdapter"
# Each is named after its purpose: "add_email" is our AddEmailForm.
ACCOUNT_FORMS = {
    purpose: f"generations.teams.account_forms.{purpose.title().replace('_', '')}Form"
    for purpose in (
        "login", "reauthenticate", "add_email", "change_password", "set_password",
        "reset_password", "reset_password_from_key",
    )
}  # fmt: skip
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
SESSION_COOKIE_NAME = "__Host-session" if IS_PRODUCTION else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_NAME = "__Host-csrf" if IS_PRODUCTION else "csrf"
CSRF_COOKIE_HTTPONLY = True

# --- on the wire -------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
if env.bool("TRUST_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Wrong passwords count by visitor: the last address of X-Forwarded-For, which the proxy adds.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # a pasted CSV is 1 MB at most
# Where the web process hands open connections over to the live process.
LIVE_SOCKET = DATA / "live.sock"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
}

# --- upstream and outbound -----------------------------------------------------------------------
SANDBOX_PORT = env.int("SANDBOX_PORT", (_site.port or 8000) + 1)
SANDBOX_URL = env.str("SANDBOX_URL", f"http://127.0.0.1:{SANDBOX_PORT}").rstrip("/")
# Origins an operator lets the hub reach although they are not public (receivers on a LAN).
ALLOWED_OUTBOUND_ORIGINS = [SANDBOX_URL, *env.list("ALLOWED_OUTBOUND_ORIGINS", default=[])]
# Where an upstream reaches us with webhooks; differs from SITE_URL only behind odd networks.
CALLBACK_URL = env.str("CALLBACK_URL", SITE_URL).rstrip("/")

# --- queue -------------------------------------------------------------------------------------
QUEUE_WORKERS = env.int("QUEUE_WORKERS", 4)
_TASK_TIMEOUT = 60
Q_CLUSTER = {
    "name": "fluxhub",
    "orm": "default",
    "broker_class": "generations.core.queue.broker.Broker",
    "workers": QUEUE_WORKERS,
    "queue_limit": QUEUE_WORKERS,
    "bulk": QUEUE_WORKERS,
    "timeout": _TASK_TIMEOUT,
    # `retry` counts from the moment a task is pulled into memory, hence
    # (ceil((queue_limit + 1) / workers) + 1) * (timeout + 3).
    "retry": (-(-(QUEUE_WORKERS + 1) // QUEUE_WORKERS) + 1) * (_TASK_TIMEOUT + 3),
    "ack_failures": True,
    "max_attempts": 1,
    "save_limit": -1,
    "catch_up": False,
    "recycle": 500,
    "log_level": "WARNING",
}
# Leases and deadlines in seconds. The chaos runs use the short profile.
DEADLINES = {
    "open_lease": 15,  # claimed, nothing sent yet
    "sending_lease": 45,  # the request may be on the wire
    "unknown": 120,  # the answer was lost: how long a webhook or poll may still adopt it
    "processing": 1800,  # accepted upstream, no end seen
    "storing_lease": 60,  # one try at download and decode
    "storing": 24 * 3600,  # all tries together
    "receipt": 10,  # kept and still not applied: the message was lost
    "delivery_lease": 30,
    "sweep": 5,  # between two rounds
}
if env.str("DEADLINE_PROFILE", "normal") == "short":
    DEADLINES |= {
        "open_lease": 3,
        "sending_lease": 6,
        "unknown": 6,
        "processing": 60,
        "storing_lease": 8,
        "storing": 120,
        "receipt": 5,
        "delivery_lease": 8,
        "sweep": 1,
    }

# --- words, time, logs, mail ---------------------------------------------------------------------
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "fluxhub" / "locale"]
LANGUAGES = offered(LOCALE_PATHS[0])
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True
vars().update(env.email_url("EMAIL_URL", "consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Fluxhub <fluxhub@{_site.hostname}>")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"redact": {"()": "generations.core.redaction.RedactingFilter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact"]}
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING")},
}
