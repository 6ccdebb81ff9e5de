"""All settings, from ``MESHVIEW_`` environment variables. docs/settings.md explains each; a test holds it."""

import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.domain import malformed

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- the process ------------------------------------------------------------------------------------------
MODE = env.str("MESHVIEW_MODE", default="single")  # single | distributed
DATA_DIR = Path(env.str("MESHVIEW_DATA_DIR", default=str(Path.home() / ".local" / "share" / "meshview")))
HOST = env.str("MESHVIEW_HOST", default="127.0.0.1")
PORT = env.int("MESHVIEW_PORT", default=8640)
THREADS = env.int("MESHVIEW_THREADS", default=16)
LOG_LEVEL = env.str("MESHVIEW_LOG_LEVEL", default="INFO")
# Regular expressions of the namespaces that may be seen; empty: all.
NAMESPACES = env.list("MESHVIEW_NAMESPACES", default=[])
if _malformed := malformed(NAMESPACES):
    raise ImproperlyConfigured(f"MESHVIEW_NAMESPACES: {_malformed}.")
DEBUG = env.bool("MESHVIEW_DEBUG", default=False)
# Without a configured key each start makes a new one: nothing signed has to outlive the process yet.
SECRET_KEY = env.str("MESHVIEW_SECRET_KEY", default="") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = env.list("MESHVIEW_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

# --- sources ----------------------------------------------------------------------------------------------
PROMETHEUS_URL = env.str("MESHVIEW_PROMETHEUS_URL", default="")
PROMETHEUS_TIMEOUT = env.float("MESHVIEW_PROMETHEUS_TIMEOUT", default=30.0)  # seconds, each query
PROMETHEUS_HEADERS = env.dict("MESHVIEW_PROMETHEUS_HEADERS", default={})
PROMETHEUS_USERNAME = env.str("MESHVIEW_PROMETHEUS_USERNAME", default="")
PROMETHEUS_PASSWORD = env.str("MESHVIEW_PROMETHEUS_PASSWORD", default="")
PROMETHEUS_TOKEN = env.str("MESHVIEW_PROMETHEUS_TOKEN", default="")
PROMETHEUS_CA_FILE = env.str("MESHVIEW_PROMETHEUS_CA_FILE", default="")
PROMETHEUS_MAX_BYTES = env.int("MESHVIEW_PROMETHEUS_MAX_BYTES", default=512 * 1024 * 1024)  # one reply
PROMETHEUS_CONCURRENCY = env.int("MESHVIEW_PROMETHEUS_CONCURRENCY", default=2)
JAEGER_URL = env.str("MESHVIEW_JAEGER_URL", default="")  # read by the traces feature; shown as a source

# --- collection -------------------------------------------------------------------------------------------
COLLECT_PERIOD = env.int(
    "MESHVIEW_COLLECT_PERIOD", default=15
)  # seconds between collections of a watched window
# Where a worker of its own serves its /metrics (it has no web server); 0: nowhere.
WORKER_METRICS_HOST = env.str("MESHVIEW_WORKER_METRICS_HOST", default="127.0.0.1")
WORKER_METRICS_PORT = env.int("MESHVIEW_WORKER_METRICS_PORT", default=0)
INTEREST_SECONDS = env.int("MESHVIEW_INTEREST_SECONDS", default=300)
ALWAYS_WINDOWS = env.list("MESHVIEW_ALWAYS_WINDOWS", default=["1m", "5m"])
SLICE_EDGES = env.int("MESHVIEW_SLICE_EDGES", default=300)  # edges whose buckets one query may ask for
BUCKET_CONCURRENCY = env.int("MESHVIEW_BUCKET_CONCURRENCY", default=2)
TRAFFIC_SOURCE = "metrics.prometheus.traffic_source"  # dotted path: the layer above `snapshots` that fills it

# --- storage, cache, broker -------------------------------------------------------------------------------
DATABASE_URL = env.str("MESHVIEW_DATABASE_URL", default="")
REDIS_URL = env.str("MESHVIEW_REDIS_URL", default="")
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "meshview.sqlite3",
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "meshview",
            # One try, two seconds: who reads the cache must not wait for it (sources.shared goes on alone).
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2, "retry": Retry(NoBackoff(), 0)},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "meshview",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: a worker outlives its broker
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_PUBLISH_RETRY = False  # beat's next tick is the retry
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_timeout": 2, "socket_connect_timeout": 2} if REDIS_URL else {"polling_interval": 0.2}
)
CELERY_TIMEZONE = "UTC"

# --- Django -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "accounts",
    "snapshots",
    "metrics",
    "graph",
    "workloads",
    "meshview",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "meshview.urls"
WSGI_APPLICATION = "meshview.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # drf-spectacular brings the page of /api/v1/docs
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "meshview.context.frame",
            ],
        },
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = env.str("MESHVIEW_STATIC_ROOT", default="") or None  # WhiteNoise warns of a folder not made yet
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # served from the source tree; no collectstatic step to forget
WHITENOISE_AUTOREFRESH = DEBUG
APPEND_SLASH = False
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "meshview.errors.exception_handler",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "meshview.negotiation.OneForm",
    "URL_FORMAT_OVERRIDE": None,  # `format` is a parameter of the graph
}
SPECTACULAR_SETTINGS = {
    "TITLE": "meshview",
    "DESCRIPTION": "Everything the dashboard shows, for scripts.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": ["meshview.reference.add_components"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
