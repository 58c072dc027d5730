"""Django's settings, made from the typed environment in `environment.py`. A wrong value stops the start with its name."""

from pathlib import Path
from typing import Any

from config.settings.environment import Environment

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = env.var_folder(BASE_DIR)
DEBUG = env.debug
SECRET_KEY = env.secret(VAR_DIR)
ALLOWED_HOSTS = env.hosts
BASE_URL = env.base_url
OPERATOR = env.operator()
SELLER = env.seller()
SELLS = env.sells and not env.single
SANDBOX_PORT = env.own_sandbox()
PAYMENT_URL = env.payment_url or (f"http://127.0.0.1:{SANDBOX_PORT}" if SANDBOX_PORT else "")
# A sandbox takes any key.
PAYMENT_KEY = env.payment_key or ("sk_test_sandbox" if PAYMENT_URL else "")
PAYMENT_WEBHOOK_SECRETS = env.webhook_secrets(VAR_DIR)
FEATURE_DEV_PAGES = env.debug
SINGLE = env.single

ROOT_URLCONF = "config.urls_single" if env.single else "config.urls_control"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "pivotino.ui",
    "pivotino.tenancy",
    "pivotino.jobs",
    "pivotino.jobs.errands",
    "pivotino.letters",
    "pivotino.control.accounts",
    "pivotino.control.provisioning",
    "pivotino.control.subscriptions",
    "pivotino.control.payments",
    "pivotino.control.billing",
    "pivotino.control.erasures",
    "pivotino.control.backups",
    "pivotino.control.exports",
    "pivotino.control.upgrades",
    "pivotino.control.placements",
    "pivotino.control.terminations",
    "pivotino.control.staff",
    "pivotino.control.visitors",
    "pivotino.control.marketing",
    "pivotino.control.prospects",
    "pivotino.control.testimonials",
    "pivotino.control.helpdesk",
    "pivotino.control.support",
    "pivotino.control.matters",
    "pivotino.control.rights",
    "pivotino.control.retention",
    "pivotino.control.children",
    "pivotino.control.hosting",
    "pivotino.control.privacy",
    "pivotino.control.website",
    "pivotino.instance.members",
    "pivotino.instance.history",
    "pivotino.instance.contacts",
    "pivotino.instance.pipeline",
    "pivotino.instance.activities",
    "pivotino.instance.exchange",
    "pivotino.instance.mailing",
    "pivotino.instance.files",
    "pivotino.instance.subjects",
    "pivotino.instance.lifecycle",
    "config.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pivotino.kit.policy.PolicyMiddleware",
    "pivotino.control.visitors.middleware.CookieMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "pivotino.kit.same_origin.SameOriginMiddleware",
    "pivotino.kit.sensitive.UnsaidMiddleware",
    "pivotino.control.visitors.middleware.VisitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pivotino.control.accounts.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pivotino.tenancy.middleware.InstanceMiddleware",
    "pivotino.control.support.middleware.GuestMiddleware",
    "pivotino.instance.members.middleware.MemberMiddleware",
    "pivotino.tenancy.middleware.FrozenMiddleware",
    "pivotino.instance.lifecycle.guarding.GuardMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": sorted(str(folder) for folder in (BASE_DIR / "pivotino").glob("**/templates") if folder.is_dir()),
        "APP_DIRS": False,
        "OPTIONS": {"environment": "pivotino.ui.jinja.environment", "auto_reload": env.debug},
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.control_database(VAR_DIR),
    "instance": {"ENGINE": "pivotino.tenancy.engine", "NAME": "chosen by the context"},
}
DATABASE_ROUTERS = ["pivotino.tenancy.router.PlaneRouter"]
INSTANCE_BUCKETS = env.buckets(VAR_DIR)
INSTANCES_PER_BUCKET = env.instances_per_bucket
POOL_SPARES = env.pool_spares
BUCKET_LEAST_FREE = env.bucket_least_free
UPGRADE_AT_START = env.upgrade_at_start
INSTANCE_CONNECTIONS_PER_THREAD = env.instance_connections_per_thread
WEB_THREADS = env.web_threads
WEB_WORKERS = env.web_workers

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "pivotino.kit.passwords.MinimumLength"},
    {"NAME": "pivotino.kit.passwords.Strength"},
]
SESSION_ENGINE = "pivotino.control.accounts.sessions"
SESSION_COOKIE_NAME = "pv_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = env.https
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/my/"
ACCOUNT_ADAPTER = "pivotino.control.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Letters take a while: ten minutes, in seconds.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
# What somebody else could use up for you is counted by `accounts/limits.py` instead.
ACCOUNT_RATE_LIMITS = {"request_login_code": None, "reset_password": None, "login_failed": None}
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "pivotino.control.accounts.adapter.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = env.debug

EMAIL_BACKEND = env.email_backend()
globals().update(env.smtp())
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = f"Pivotino <{OPERATOR.support}>"
DKIM = env.dkim()
MAILBOX = env.inbox()
MAIL_REPORTS_SECRET = env.mail_reports_secret
MAIL_SIGNING_KEY = env.mail_signing_key

TASKS = {"default": {"BACKEND": "pivotino.jobs.backend.LineBackend", "QUEUES": []}}

STATIC_URL = "/static/"
# A checkout gathers the front-end files in `build`; a package was built with them inside.
INSTALLED = BASE_DIR / "pivotino" / "ui" / "built"
STATIC_ROOT = VAR_DIR / "collected" if INSTALLED.is_dir() else BASE_DIR / "build" / "collected"
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "build" / "static", INSTALLED] if folder.is_dir()]
STORAGES = {
    "default": env.store(env.file_storage, VAR_DIR / "files"),
    "staticfiles": {"BACKEND": env.static_storage()},
    "backups": env.store(env.backup_storage, VAR_DIR / "backups"),
}
CLAMAV = env.clamav
BACKUP_KEYS = env.backup_keys(VAR_DIR)
WHITENOISE_MAX_AGE = 0 if env.debug else 60 * 60
WHITENOISE_USE_FINDERS = env.debug
WHITENOISE_AUTOREFRESH = env.debug

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# As large as the web server lets through: deploy/nginx.
UPLOAD_MAX_BYTES = 64 * 1024 * 1024

# A mail program's one press comes from anywhere, and brings nothing but the token in its address.
OPEN_TO_EVERY_ORIGIN = (r"(/@[a-z0-9-]+)?/unsubscribe/[^/]+/",)
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if env.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.behind_proxy else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
                          "microphone", "midi", "payment", "usb")
}  # fmt: skip
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

GEO_FILE = env.geo_file
DATACENTRE_FILE = env.datacentre_file
RETENTION_RULES = BASE_DIR / "pivotino" / "control" / "retention" / "rules.toml"
GOOGLE_ANALYTICS = env.google_analytics
GOOGLE_ANALYTICS_URL = "https://www.google-analytics.com/mp/collect"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "pivotino.kit.sensitive.MaskedLines", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "filters": {"masking": {"()": "pivotino.kit.sensitive.Masking"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masking"]}},
    "root": {"handlers": ["console"], "level": env.log_level},
}
