"""One request, one transaction: committed when the answer is below 400, rolled back otherwise. Nowhere else commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, g, request
from sqlalchemy.orm import Session, sessionmaker

from spreekt.web.context import db, services
from spreekt.web.engine import READ_ONLY

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def keep_even_if_refused() -> None:
    """Commit this request's writes although it answers no: for counters of attempts, which must not be undone."""
    g.keep = True


@contextmanager
def transaction(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """The same promise outside a request, for workers and commands: all of it, or nothing."""
    with sessions() as session:
        yield session
        session.commit()


@contextmanager
def only_looking() -> Iterator[Session]:
    """This request's session for reads before its real work, so that nobody waits for it meanwhile.

    SQLite's one writer is not kept from writing, and since a reader there cannot become the writer, the look ends with
    its transaction. On PostgreSQL it goes on: it holds no lock, and every later statement sees what is new.
    """
    token = READ_ONLY.set(True)
    try:
        yield db()
    finally:
        READ_ONLY.reset(token)
        if db().get_bind().dialect.name == "sqlite":
            db().rollback()


def init_app(app: Flask) -> None:
    """Hang the transaction around every request of this app."""

    @app.before_request
    def begin() -> None:
        READ_ONLY.set(request.method in SAFE_METHODS)

    @app.after_request
    def finish(response: Response) -> Response:
        session: Session | None = g.get("db")
        if session is None:
            return response
        accepted = response.status_code < 400 and not g.get("refused")
        if accepted or g.get("keep"):
            session.commit()
            if session.info.pop("outbox_has_news", False):
                services().nudge()
        else:
            session.rollback()
        return response

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        READ_ONLY.set(False)  # whatever this thread does next may write
        session: Session | None = g.pop("db", None)
        if session is not None:
            session.close()
