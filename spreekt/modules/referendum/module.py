"""The digital referendum as a plug. What it shows elsewhere in the house is in cards.py."""

from spreekt.module import Module
from spreekt.modules.referendum import booth_views, cards, staff_views, subscribers, views

MODULE = Module(
    "referendum",
    blueprints=(views.bp, booth_views.bp, staff_views.bp),
    nav=("Referendum", "referendum.index"),
    subscribers={
        "referendum.batch": (subscribers.tell_owners, subscribers.bring_up_archive),
        "referendum.close": (subscribers.bring_up_archive,),
        "referendum.proclaim": (subscribers.bring_up_archive,),
    },
    open_now=cards.open_now,
    outcomes=cards.outcomes,
    deeds=cards.deeds,
    work=cards.work,
    export=cards.export,
    sweep=cards.sweep,
)
