"""What delivers the outbox: a thread in the server without Redis, RQ workers with it. Redis carries only a nudge."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from config import Settings
from spreekt.app import create_app
from spreekt.identity import limits
from spreekt.keeping import notes
from spreekt.kernel import idempotency, outbox
from spreekt.kernel.outbox import Message
from spreekt.kernel.storage import utc_now
from spreekt.module import Module
from spreekt.web import metrics
from spreekt.web.context import Services
from spreekt.web.transaction import transaction

QUEUE = "spreekt"
SWEEP_SECONDS = 15.0
QUIET_AFTER_FAILURE = 10.0
log: Any = structlog.get_logger()


def redis_of(settings: Settings) -> Redis:
    """A connection that gives up quickly: a hanging Redis must not hold a resident's request."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


class RedisNudge:
    """Tells the workers that there is news. Never fails; after a failure it stays quiet for a while."""

    def __init__(self, settings: Settings) -> None:
        self.queue = Queue(QUEUE, connection=redis_of(settings), serializer=JSONSerializer)
        self.quiet_until = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self.quiet_until:
            return
        try:
            if self.queue.count < 4:
                self.queue.enqueue("spreekt.worker.drain", result_ttl=0, failure_ttl=3600)
        except RedisError as error:
            self.quiet_until = time.monotonic() + QUIET_AFTER_FAILURE
            log.warning("nudge_failed", error=type(error).__name__)


def _as_a_visitor(app: Flask) -> AbstractContextManager[Any]:
    """A context in which subscribers may use the clock, the vault and addresses of pages, as nobody in particular."""
    services: Services = app.extensions["spreekt"]
    return app.test_request_context("/", base_url=services.settings.PUBLIC_URL)


def deliver_due(app: Flask) -> int:
    """Deliver everything that is due; returns how many messages were tried. Many processes may do this at once."""
    services: Services = app.extensions["spreekt"]
    tried = 0
    while True:
        with transaction(services.sessions) as db:
            claimed = [message.id for message in outbox.next_unsent(db, now=utc_now())]
        for message_id in claimed:
            with _as_a_visitor(app):
                _deliver(services, message_id)
        tried += len(claimed)
        if not claimed:
            return tried


def _deliver(services: Services, message_id: int) -> None:
    modules: tuple[Module, ...] = services.modules
    try:
        with transaction(services.sessions) as db:
            message = db.get_one(Message, message_id, with_for_update=True)
            if message.delivered_at is not None:
                return
            mails = [maker(db, message) for module in modules if (maker := module.mails.get(message.topic))]
            for module in modules:
                for subscriber in module.subscribers.get(message.topic, ()):
                    subscriber(db, message)
            if not mails:
                outbox.delivered(message, now=utc_now())
                return
        for mail in mails:
            if mail is not None:
                services.mailer.send(mail)
        with transaction(services.sessions) as db:
            outbox.delivered(db.get_one(Message, message_id), now=utc_now())
    except Exception as error:
        log.warning("delivery_failed", message_id=message_id, error=type(error).__name__)
        with transaction(services.sessions) as db:
            outbox.failed(db.get_one(Message, message_id), error, now=utc_now())


def sweep(app: Flask) -> None:
    """Periodic work of the platform and its modules; running it twice does no harm."""
    services: Services = app.extensions["spreekt"]
    modules: tuple[Module, ...] = services.modules
    with _as_a_visitor(app):
        with transaction(services.sessions) as db:
            outbox.forget_delivered(db, before=utc_now() - timedelta(days=7))
            idempotency.forget(db, before=utc_now() - timedelta(days=2))
            limits.forget_expired(db, now=utc_now())
        for module in modules:
            if module.sweep is not None:
                try:
                    with transaction(services.sessions) as db:
                        module.sweep(db, services.clock.now())
                except Exception as error:
                    log.warning("sweep_failed", module=module.name, error=type(error).__name__)


def drain() -> int:
    """The job that RQ runs."""
    return deliver_due(create_app(Settings.from_environment()))


class EmbeddedDelivery:
    """The outbox without Redis: one thread in each server process, woken by a nudge and by the clock."""

    def __init__(self) -> None:
        self.news = threading.Event()

    def __call__(self) -> None:
        self.news.set()

    def start(self, app: Flask) -> None:
        threading.Thread(target=self._run, args=(app,), name="outbox", daemon=True).start()

    def _run(self, app: Flask) -> None:
        swept = 0.0
        while True:
            self.news.wait(SWEEP_SECONDS)
            self.news.clear()
            _guarded(lambda: deliver_due(app))
            if time.monotonic() - swept > 4 * SWEEP_SECONDS:
                swept = time.monotonic()
                _guarded(lambda: sweep(app))


def _guarded(work: Callable[[], Any]) -> None:
    try:
        work()
    except Exception as error:
        log.warning("delivery_round_failed", error=type(error).__name__)


def serve_app(settings: Settings) -> Flask:
    """The application as a server process runs it, with delivery and metrics as configured."""
    if metrics.start(settings.METRICS_PORT):
        notes.watch(Path(settings.INSTANCE))
    if settings.REDIS_URL:
        return create_app(settings, nudge=RedisNudge(settings))
    delivery = EmbeddedDelivery()
    app = create_app(settings, nudge=delivery)
    delivery.start(app)
    return app


def run_worker(settings: Settings, *, burst: bool = False) -> None:
    """Drain the outbox until told to stop: on nudges through RQ, by the clock, and also while Redis is away."""
    app = create_app(settings)

    def by_the_clock() -> None:
        while True:
            _guarded(lambda: deliver_due(app))
            _guarded(lambda: sweep(app))
            time.sleep(SWEEP_SECONDS)

    if not burst:
        threading.Thread(target=by_the_clock, name="sweep", daemon=True).start()
    while True:
        try:
            queue = Queue(QUEUE, connection=Redis.from_url(settings.REDIS_URL), serializer=JSONSerializer)
            Worker([queue], connection=queue.connection, serializer=JSONSerializer).work(
                burst=burst, logging_level="WARNING"
            )
            return
        except RedisError as error:
            log.warning("redis_away", error=type(error).__name__)
            if burst:
                return
            time.sleep(2)
