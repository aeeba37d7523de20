"""Forms made of data: the questions of one kind of request, the things that are lent; and which form is when."""

from typing import Any

from flask_babel import gettext as _
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from spreekt.kernel.errors import Invalid
from spreekt.modules.gezellige_wijk import domain, loans
from spreekt.modules.gezellige_wijk.forms import (
    YES_NO,
    Desk,
    GrantForm,
    PlaceForm,
    PracticalForm,
    StepForm,
    StewardsForm,
    StreetForm,
    WhenForm,
)
from spreekt.modules.gezellige_wijk.loan_models import Transport
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.regulation_file import ExtraField, RequestType
from spreekt.web.forms import filled


def _extra(field: ExtraField) -> Any:
    needed = filled(_("Beantwoord deze vraag.")) if field.required else [Optional()]
    if field.kind == "ja-nee":
        return RadioField(field.label, needed, choices=YES_NO)
    return (TextAreaField if field.kind == "tekst" else StringField)(field.label, needed)


def more_form(kind: RequestType) -> type[StepForm]:
    """The questions that only this kind of request asks, as a form."""

    def show(self: Any, request: StreetRequest, desk: Desk) -> None:
        for each in kind.fields:
            self[each.code].data = request.answers.get(each.code)

    def put(self: Any, request: StreetRequest, desk: Desk) -> None:
        domain.put_more(request, kind, {each.code: self[each.code].data or "" for each in kind.fields})

    fields = {each.code: _extra(each) for each in kind.fields}
    return type("MoreForm", (StepForm,), {**fields, "main": kind.fields[0].code, "show": show, "put": put})


def material_form(offers: list[loans.Offer]) -> type[StepForm]:
    """How many of each thing that is lent, as a form."""

    def show(self: Any, request: StreetRequest, desk: Desk) -> None:
        for offer in offers:
            self[offer.item.code].data = offer.mine or None

    def put(self: Any, request: StreetRequest, desk: Desk) -> None:
        transport = Transport(self.transport.data)
        for offer in sorted(offers, key=lambda each: each.item.id):
            try:
                loans.reserve(desk.db, request, offer.item, self[offer.item.code].data or 0, transport=transport)
            except (loans.NotEnough, Invalid) as refusal:
                self.blame(offer.item.code, refusal)

    def field_of(offer: loans.Offer) -> Any:
        left = _("Vrij op die dagen: %(free)s.", free=offer.free)
        if offer.instead is not None:
            left = _("Niets meer vrij op die dagen. Neem je %(other)s?", other=offer.instead.name)
        return IntegerField(offer.item.name, [Optional()], description=left)

    fields: dict[str, Any] = {offer.item.code: field_of(offer) for offer in offers}
    fields["transport"] = RadioField(
        _("Hoe komt het bij jullie?"), filled(_("Kies afhalen of leveren.")), default="afhalen",
        choices=[SelectChoice("afhalen", _("Wij halen het af en brengen het terug")),
                 SelectChoice("leveren", _("De stad brengt en haalt het"))],
    )  # fmt: skip
    main = offers[0].item.code if offers else "transport"
    return type("MaterialForm", (StepForm,), {**fields, "main": main, "show": show, "put": put})


_FORMS: dict[str, type[StepForm]] = {
    "plaats": PlaceForm, "wanneer": WhenForm, "straat": StreetForm, "meters": StewardsForm,
    "praktisch": PracticalForm, "toelage": GrantForm,
}  # fmt: skip


def form_for(step: str, request: StreetRequest, desk: Desk) -> StepForm:
    """The form of one screen of this request. Raises DomainError when the screen cannot be asked yet."""
    if step == "meer":
        return more_form(desk.kind(request))()
    if step == "materiaal":
        return material_form(loans.offers(desk.db, request))()
    return _FORMS[step]()
