"""Participatory budget as a plug. What it shows elsewhere in the house is in cards.py."""

from spreekt.module import Module
from spreekt.modules.burgerbudget import cards, commands, phase_views, staff_views
from spreekt.modules.burgerbudget.models import Project
from spreekt.modules.burgerbudget.voting import bp

MODULE = Module(
    "burgerbudget",
    blueprints=(bp, staff_views.bp, phase_views.bp),
    nav=("Burgerbudget", "burgerbudget.index"),
    submissions=(Project,),
    commands=commands.register,
    open_now=cards.open_now,
    outcomes=cards.outcomes,
    reminders=cards.reminders,
    deeds=cards.deeds,
    work=cards.work,
    export=cards.export,
    erase=cards.erase,
    sweep=cards.sweep,
)
