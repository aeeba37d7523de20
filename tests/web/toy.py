"""A blueprint that does every kind of thing, to try the toolkit on."""

from flask import Blueprint, request
from sqlalchemy import func, select

from spreekt.identity.permissions import ANYONE, RUN_ROUNDS, SIGNED_IN
from spreekt.kernel import outbox
from spreekt.kernel.errors import Invalid
from spreekt.kernel.outbox import Message
from spreekt.web.cache import public
from spreekt.web.context import Answer, db
from spreekt.web.headers import csp_nonce
from spreekt.web.rights import allow

toy = Blueprint("toy", __name__, url_prefix="/toy")


@toy.get("/public")
@allow(ANYONE)
@public
def show() -> Answer:
    return f'<script nonce="{csp_nonce()}"></script>{request.args.get("q", "")}'


@toy.post("/make")
@allow(ANYONE)
def make() -> Answer:
    outbox.record(db(), "toy.made", thing_id=1)
    db().flush()
    if request.form.get("fail") == "rule":
        raise Invalid("Dat kan niet.")
    if request.form.get("fail") == "bug":
        raise RuntimeError("boom")
    count = db().scalar(select(func.count()).select_from(Message))
    return "", 303, {"Location": f"/toy/public?q={count}"}


@toy.get("/mine")
@allow(SIGNED_IN)
def mine() -> Answer:
    return "mine"


@toy.get("/rounds")
@allow(RUN_ROUNDS)
def rounds() -> Answer:
    return "rounds"
