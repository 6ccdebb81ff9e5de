"""The Prometheus client: ``prometheus-api-client``, extended from outside where its limits get in the way.

Its ``custom_query`` puts the query of a POST into the URL, drops ``warnings``, retries on any status and
decodes into dictionaries. So ``instant`` sends the form in the body through the same session, and decodes
with ``metrics.wire``.
"""

import time
from collections.abc import Callable

from prometheus_api_client.prometheus_connect import PrometheusConnect

from metrics.catalogue import ALIVE
from metrics.wire import Vector, decode
from sources.breaker import Breaker
from sources.errors import SourceError, SourceRejected, SourceUnavailable
from sources.measures import observe
from sources.session import Access, GuardedSession, Reply


class PrometheusClient(PrometheusConnect):
    """Instant queries with a deadline, a breaker and self-measurement. Safe to use from several threads."""

    def __init__(self, access: Access, breaker: Breaker | None = None) -> None:
        session = GuardedSession(access)
        super().__init__(url=access.url.rstrip("/"), session=session, method="POST")
        session.mount_pool()  # the library has mounted a pool that tries again on its own
        self.name = access.name
        self.breaker = breaker or Breaker()
        self.latency_ms: float | None = None
        self._guarded = session

    def instant(self, query: str, at: float, timeout: float) -> Vector:
        """The query's value at ``at`` (epoch seconds), in at most ``timeout`` seconds. Raises
        ``SourceError``.
        """
        if timeout <= 0:
            raise SourceUnavailable(
                self.name, "no time was left to ask it", "Collect less often, or fewer windows."
            )
        if not self.breaker.allow():
            raise SourceUnavailable(
                self.name, "does not answer; left alone for some seconds", "Check that it runs."
            )
        form = {"query": query, "time": f"{at:.3f}", "timeout": f"{max(1, round(timeout * 1000))}ms"}
        return self._measured(lambda: decode(self.name, self._post(form, timeout)))

    def wake(self, timeout: float) -> None:
        """After failures: one cheap question, so that recovery needs no luck. Raises ``SourceError`` if still
        dead.
        """
        if self.breaker.position != "closed":
            self.instant(ALIVE, time.time(), min(timeout, 5.0))

    def _post(self, form: dict[str, str], timeout: float) -> Reply:
        return self._guarded.fetch("POST", "/api/v1/query", timeout, form)

    def _measured(self, ask: Callable[[], Vector]) -> Vector:
        begin = time.monotonic()
        try:
            vector = ask()
        except SourceError as error:
            if isinstance(error, SourceRejected):
                self.breaker.succeeded()
            else:
                self.breaker.failed()
            observe(self.name, time.monotonic() - begin, error.kind)
            raise
        self.breaker.succeeded()
        seconds = time.monotonic() - begin
        self.latency_ms = seconds * 1000
        observe(self.name, seconds, None)
        return vector
