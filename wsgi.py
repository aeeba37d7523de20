"""The WSGI application that production servers load: `wsgi:app`."""

import gc

from config import Settings
from spreekt.web import logs
from spreekt.worker import serve_app

settings = Settings.from_environment()
logs.set_up(settings.LOG_LEVEL)
app = serve_app(settings)

# What is here now stays as long as the process: the collector need not walk through it for every few requests.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
