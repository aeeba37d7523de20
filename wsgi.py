"""The WSGI application that production servers load: `wsgi:app`."""

from config import Settings
from spreekt.web import logs
from spreekt.worker import serve_app

settings = Settings.from_environment()
logs.set_up(settings.LOG_LEVEL)
app = serve_app(settings)
