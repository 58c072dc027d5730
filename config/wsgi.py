"""Django as a WSGI application; `config.asgi` runs it in a fixed pool of threads beside the live updates."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
