"""Own proposals as a plug."""

from spreekt.module import Module
from spreekt.modules.voorstellen.models import Proposal

MODULE = Module("voorstellen", submissions=(Proposal,))
