"""Settings, read from the environment. Without DATABASE_URL there is no database: `eastep place` needs none."""

import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("EASTEP_VAR", ROOT / "var"))

ENVIRONMENT = os.environ.get("EASTEP_ENV", "local")
if ENVIRONMENT not in ("local", "demo", "production"):  # a slip of the pen must not start an unsafe system
    raise ImproperlyConfigured("EASTEP_ENV is local, demo or production.")
PRODUCTION = ENVIRONMENT == "production"
DEMO = ENVIRONMENT == "demo"


def from_environment(name: str, local: str) -> str:
    """The setting *name*; a production system that lacks it does not start."""
    if value := os.environ.get(name):
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"Set {name} in the environment: production has no default for it.")
    return local


SECRET_KEY = from_environment("EASTEP_SECRET_KEY", "only for this machine, never for production")
ALLOWED_HOSTS = from_environment("EASTEP_HOSTS", "localhost,127.0.0.1,testserver").split(",")
DEBUG = False
ADDRESS = os.environ.get("EASTEP_ADDRESS", "").rstrip("/")  # of the site, in mails and calendars
if not ADDRESS:
    first = ALLOWED_HOSTS[0].lstrip("*.")
    if PRODUCTION and not first:
        raise ImproperlyConfigured("Set EASTEP_ADDRESS in the environment: EASTEP_HOSTS names no host.")
    ADDRESS = f"https://{first}" if PRODUCTION else f"http://{first or 'localhost'}:8000"

INSTALLED_APPS = [
    "eastep.website",
    "eastep.applications",
    "eastep.agreements",
    "eastep.documents",
    "eastep.notices",
    "eastep.imports",
    "eastep.institutions",
    "eastep.standards",
    "eastep.people",
    "eastep.ui",
    "eastep.core",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "eastep.people.middleware.OwnLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "eastep.ui.middleware.RefusalsAsPages",
]

ROOT_URLCONF = "eastep.website.urls"
WSGI_APPLICATION = "eastep.website.wsgi.application"
FORM_RENDERER = "eastep.ui.controls.Controls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "eastep.website.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "eastep.ui.templatetags.ui",
            ],
        },
    }
]

if url := os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
elif PRODUCTION:
    raise ImproperlyConfigured("Set DATABASE_URL in the environment: production has no default for it.")
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = "account_login"

ACCOUNT_ADAPTER = "eastep.people.adapter.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # the subjects name EASTEP themselves
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody has EASTEP write to strangers
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account is made for a known address; nobody signs up
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_DISPLAY = "eastep.people.names.display_name"
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("EASTEP_PROXIES", "0"))  # whose X-Forwarded-For counts
MFA_ADAPTER = "eastep.people.adapter.Passkeys"
MFA_SUPPORTED_TYPES = ["webauthn", "recovery_codes"]  # codes for the day on which the device is lost
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the office that made the account knows the address
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost is a secure context to browsers

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語"), ("ko", "한국어")]
LOCALE_PATHS = [ROOT / "eastep" / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
FORMAT_MODULE_PATH = "eastep.website.formats"
TIME_ZONE = "Asia/Tokyo"  # Japan and Korea share UTC+9 all year round
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static" if PRODUCTION else None  # elsewhere they are served from where they lie
STATICFILES_DIRS = [VAR / "npm"] if (VAR / "npm").exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not PRODUCTION

if mail_host := from_environment("EASTEP_MAIL_HOST", ""):
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": mail_host,
                "port": int(os.environ.get("EASTEP_MAIL_PORT", "587")),
                "username": os.environ.get("EASTEP_MAIL_USER"),
                "password": os.environ.get("EASTEP_MAIL_PASSWORD"),
                "use_tls": os.environ.get("EASTEP_MAIL_TLS", "yes") == "yes",
                "timeout": 30,  # seconds
            },
        }
    }
else:  # each mail is a file that can be read
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": VAR / "mail"},
        }
    }
DEFAULT_FROM_EMAIL = from_environment("EASTEP_MAIL_FROM", "EASTEP <no-reply@localhost>")

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked from within, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**22

PROCRASTINATE_WORKER_DEFAULTS = {"shutdown_graceful_timeout": 10}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # a form with a mistake (422) or an address that is not there (404) is nobody's fault here; 5xx is an ERROR
    "loggers": {"django.request": {"level": "ERROR"}},
}
