"""Participatory budget as a plug."""

from spreekt.module import Module
from spreekt.modules.burgerbudget.models import Project

MODULE = Module("burgerbudget", submissions=(Project,))
