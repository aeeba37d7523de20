"""What somebody hears about their unfinished ballot: one reminder, or that it was counted. Never what is on it."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from spreekt.electorate.domain import voter_of, why_not
from spreekt.kernel.dutch import day, until
from spreekt.kernel.outbox import Message
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.voting.ballots import has_cast
from spreekt.notices.domain import Words, tell
from spreekt.notices.mail import Mail
from spreekt.notices.models import Frequency, Preference
from spreekt.notices.post import write
from spreekt.web.context import city, now, vault


def reminder(db: Session, message: Message) -> Mail | None:
    """The mail with the link to look the ballot over; none when it helps nobody: voted, closed, gone, unwanted."""
    round, account_id = db.get(Round, message.payload["round_id"]), int(message.payload["account_id"])
    preference = db.get(Preference, account_id)
    if round is None or not round.takes_votes(now()):
        return None
    if preference is not None and preference.frequency is Frequency.NEVER:
        return None
    voter = voter_of(db, vault(), round.poll, account_id=account_id, now=now())
    if why_not(round.poll, voter) or has_cast(db, round, voter):
        return None
    return write(
        db,
        account_id=account_id,
        template="ballot_reminder",
        subject=_("Je hebt nog niet gestemd") + f" – {city().brand}",
        key=f"ballot reminder {round.id} {account_id}",
        round_title=round.title,
        until=until(round.poll.closes_at),
        action=_("Kijk je keuze na en stem"),
        url=f"/burgerbudget/{round.slug}/stemmen/nakijken",
    )


def draft_counted(db: Session, message: Message) -> None:
    """Who asked that their draft counts at the close hears that it did, in the inbox and by mail as they prefer."""
    round = db.get(Round, message.payload["round_id"])
    if round is None:
        return
    text = _(
        "De stemming voor %(round)s is gesloten. Je had niet bevestigd, maar je vroeg om je ontwerp mee te tellen. "
        "Dat is gebeurd: je stem zit in de stembus. Wat je koos, bewaren we niet bij je naam. "
        "De uitslag komt op %(day)s.",
        round=round.title, day=day(round.publishes_at),
    )  # fmt: skip
    words = Words(_("Je stem is meegeteld"), text, f"/burgerbudget/{round.slug}", _("Bekijk de ronde"))
    tell(db, message, account_id=message.payload["account_id"], kind="ballot.draft-counted", words=words, now=now())


SUBSCRIBERS = {"ballot.draft-counted": (draft_counted,)}
MAILS = {"ballot.reminder": reminder}
