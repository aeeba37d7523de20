"""The core packages as plugs, so that the application treats them like any module."""

from spreekt.home.views import bp as home_bp
from spreekt.module import Module

HOME = Module("home", blueprints=(home_bp,))

CORE: tuple[Module, ...] = (HOME,)
