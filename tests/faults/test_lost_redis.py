"""Redis carries a nudge, nothing else: dead, hanging or emptied, it costs no resident a mail and nobody their time."""

from collections.abc import Iterator
from datetime import timedelta

import psutil
import pytest
import redis
from sqlalchemy import func, select, update

from spreekt.kernel.outbox import Message
from spreekt.kernel.storage import utc_now
from tests.faults.conftest import NewDatabase
from tests.live import Platform, Web, platform
from tests.mailbox import MailSink, eventually
from tests.servers import PATIENCE_SECONDS, Server
from tests.wire import Reply


@pytest.fixture(scope="module")
def sink(new_database: NewDatabase) -> Iterator[MailSink]:
    """A mail server for each kind of database: what one platform was told must not count for the other."""
    with MailSink() as made:
        yield made


@pytest.fixture(scope="module")
def queued(
    new_database: NewDatabase, redis_server: Server, sink: MailSink, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """The platform with Redis: two servers, a worker, a mail server."""
    folder = tmp_path_factory.mktemp("queued")
    with platform(folder, new_database("queued"), redis_url=redis_server.url, SMTP_URL=sink.url) as made:
        webs = [made.serve(wait=False), made.serve(wait=False)]
        made.work()
        for web in webs:
            web.server.await_answer()
        yield made


def register(web: Web, address: str) -> Reply:
    """Ask for an account; a mail with a link must follow."""
    return web.visitor().fill("/registreren", name="Noor Claeys", email=address)


def two_minutes_pass(live: Platform) -> None:
    """What a worker had taken before it died becomes free again."""
    with live.sessions() as db:
        due = utc_now() - timedelta(seconds=1)
        db.execute(update(Message).where(Message.next_attempt_at.is_not(None)).values(next_attempt_at=due))
        db.commit()


def everything_delivered(live: Platform) -> bool:
    with live.sessions() as db:
        waiting = select(func.count()).select_from(Message).where(Message.delivered_at.is_(None))
        return db.scalar(waiting) == 0


def horses_of(worker: Server) -> list[psutil.Process]:
    return psutil.Process(worker.pid).children(recursive=True)


def test_f05_with_redis_a_mail_goes_out_at_once(queued: Platform, sink: MailSink) -> None:
    reply = register(queued.webs[0], "meteen@voorbeeld.example")

    assert reply.status == 303
    eventually(lambda: len(sink.to("meteen@voorbeeld.example")) == 1, seconds=10)


def test_f05_hanging_dead_or_emptied_redis_delays_a_mail_and_loses_none(
    queued: Platform, redis_server: Server, sink: MailSink
) -> None:
    redis_server.pause()
    hanging = register(queued.webs[0], "hangt@voorbeeld.example")
    redis_server.resume()
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    redis_server.kill()
    dead = register(queued.webs[1], "dood@voorbeeld.example")
    redis_server.start()

    assert (hanging.status, dead.status) == (303, 303)
    assert max(hanging.seconds, dead.seconds) < 2
    eventually(lambda: everything_delivered(queued))
    assert len(sink.to("hangt@voorbeeld.example")) == 1
    assert len(sink.to("dood@voorbeeld.example")) == 1


def test_f04_a_job_killed_halfway_is_done_later_and_once(queued: Platform, sink: MailSink) -> None:
    [worker] = queued.workers
    sink.hold()
    register(queued.webs[0], "paard@voorbeeld.example")
    eventually(lambda: sink.waiting > 0)
    for horse in horses_of(worker):
        horse.kill()
    sink.release()
    two_minutes_pass(queued)
    register(queued.webs[1], "volgende@voorbeeld.example")

    eventually(lambda: everything_delivered(queued))
    assert len(sink.to("paard@voorbeeld.example")) == 1
    assert len(sink.to("volgende@voorbeeld.example")) == 1


def test_f04_a_killed_worker_leaves_no_orphan_and_another_takes_over(queued: Platform, sink: MailSink) -> None:
    [worker] = queued.workers
    sink.hold()
    register(queued.webs[0], "wees@voorbeeld.example")
    eventually(lambda: sink.waiting > 0)
    horses = horses_of(worker)
    psutil.Process(worker.pid).kill()
    register(queued.webs[1], "erfgenaam@voorbeeld.example")
    sink.release()
    _gone, orphans = psutil.wait_procs(horses, timeout=PATIENCE_SECONDS)
    two_minutes_pass(queued)
    queued.workers.clear()
    queued.work()

    assert not orphans
    eventually(lambda: everything_delivered(queued))
    assert len(sink.to("wees@voorbeeld.example")) == 1
    assert len(sink.to("erfgenaam@voorbeeld.example")) == 1
