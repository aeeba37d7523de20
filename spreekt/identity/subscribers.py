"""What happens to a typed address after the page has answered."""

from sqlalchemy.orm import Session

from spreekt.identity.address_questions import answer
from spreekt.identity.models import AddressQuestion
from spreekt.kernel.outbox import Message
from spreekt.web.context import now, settings, vault


def answer_address(db: Session, message: Message) -> None:
    """Look up who has the address and have the right mail sent."""
    question = db.get(AddressQuestion, message.payload["question_id"], with_for_update=True)
    if question is not None:
        answer(db, vault(), settings().SECRET_KEY, question, now=now())
