"""The page /stijl: every component in every state, in the demo only. The components are in templates/components."""

from datetime import date

from flask import Blueprint
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.errors import NotThere
from spreekt.web.context import Answer, now, page, settings
from spreekt.web.forms import EuroField, Form, at_most, filled
from spreekt.web.listing import Page, geojson_answer
from spreekt.web.rights import allow

bp = Blueprint("showcase", __name__)


class SampleForm(Form):
    """One field of each kind."""

    title = StringField(
        "Titel", [*filled("Geef je voorstel een titel."), at_most(80)], description="Kort en duidelijk."
    )
    story = TextAreaField("Wat wil je veranderen?", filled("Vertel wat je wil veranderen."))
    cost = EuroField("Wat kost het ongeveer?", filled("Vul een bedrag boven nul in."))
    day = DateField("Wanneer?", [Optional()])
    street = StringField("Straat", filled("Kies een straat."))
    number = StringField("Nummer", filled("Vul je huisnummer in."))
    box = StringField("Bus", [Optional()])
    theme = SelectField(
        "Thema",
        filled("Kies een thema."),
        choices=[SelectChoice("", "Kies"), SelectChoice("groen", "Groen"), SelectChoice("straat", "Straat")],
    )
    answer = RadioField(
        "Welke plek wil je eerst?",
        filled("Kies één antwoord."),
        choices=[
            SelectChoice("park", "Het park"),
            SelectChoice("plein", "Het plein"),
            SelectChoice("geen", "Ik kies niet"),
        ],
    )
    needs = SelectMultipleField(
        "Wat heb je nodig?",
        choices=[SelectChoice("nadar", "Nadarhekken"), SelectChoice("stroom", "Stroomkast")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    photo = FileField("Foto", [Optional()])
    alt = StringField("Beschrijving van de foto", [Optional()])
    agree = BooleanField("Ik ga akkoord met de huisregels", filled("Zet een vinkje als je akkoord gaat."))


class ReasonForm(Form):
    """What staff write when they decide."""

    reason = TextAreaField("Waarom?", filled("Schrijf een reden."), description="De indiener leest dit.")


@bp.get("/stijl")
@allow(ANYONE)
def style() -> Answer:
    if not settings().DEMO:
        raise NotThere
    wrong = SampleForm(prefix="fout-")
    wrong.validate()
    return page(
        "stijl.html",
        form=SampleForm(prefix="leeg-", data={"answer": "park", "title": "Zitbank aan de Leie"}),
        wrong_form=wrong,
        reason_form=ReasonForm(prefix="reden-"),
        ballot_form=ReasonForm(prefix="stem-"),
        list_page=Page(items=(), total=1204, number=2),
        closes_at=now(),
        due_on=date.fromordinal(now().astimezone(BRUSSELS).toordinal() + 14),
    )


@bp.get("/stijl.geojson")
@allow(ANYONE)
def points() -> Answer:
    if not settings().DEMO:
        raise NotThere
    return geojson_answer(
        [
            ((50.812, 3.231), {"title": "Zitbank aan de Leie", "text": "Marke", "url": "/stijl"}),
            ((50.846, 3.252), {"title": "Kruidentuin", "text": "Heule", "url": "/stijl"}),
        ]
    )
