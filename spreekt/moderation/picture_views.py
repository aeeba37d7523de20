"""Serving photos, each time through the same question as the page they belong to."""

from flask import Blueprint, Response, request

from spreekt.identity.permissions import ANYONE
from spreekt.kernel.errors import NotThere
from spreekt.kernel.images import MEDIA_TYPE
from spreekt.moderation import domain, pictures
from spreekt.moderation.embeds import shelf
from spreekt.moderation.models import Picture
from spreekt.web.context import Answer, actor, find
from spreekt.web.rights import allow

bp = Blueprint("pictures", __name__, url_prefix="/foto")


@bp.get("/<name>")
@allow(ANYONE)
def show(name: str) -> Answer:
    """A photo, or with ?klein=1 its small size; 404 to whoever may not read what it belongs to."""
    if not pictures.NAME.fullmatch(name):
        raise NotThere
    submission = domain.readable(actor(), find(Picture, name=name).submission)
    small = request.args.get("klein") == "1"
    content = shelf().get(name, small=small)
    if content is None:
        raise NotThere
    answer = Response(content, mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="foto.webp"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    if not submission.is_public:
        answer.headers["Cache-Control"] = "no-store"
        return answer
    # Kept by browsers, but asked again each time: a photo that was hidden is gone at once.
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.set_etag(f"{name}-{int(small)}")
    return answer.make_conditional(request)
