"""The Prometheus client: ``prometheus-api-client``, extended from outside where its limits get in the way.

Its ``custom_query`` puts the query of a POST into the URL, drops ``warnings``, retries on any status and
decodes into dictionaries. So ``instant`` sends the form in the body through the same session, and decodes
with ``metrics.wire``.
"""

import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote, urlencode

from prometheus_api_client.prometheus_connect import PrometheusConnect

from metrics.catalogue import ALIVE
from metrics.wire import Vector, decode, decode_names
from sources.breaker import Breaker
from sources.errors import SourceError, SourceRejected, SourceUnavailable
from sources.measures import observe
from sources.session import Access, GuardedSession, Reply

Answer = TypeVar("Answer")


class PrometheusClient(PrometheusConnect):
    """Instant queries with a deadline, a breaker and self-measurement. Safe to use from several threads."""

    def __init__(self, access: Access, breaker: Breaker | None = None) -> None:
        session = GuardedSession(access)
        super().__init__(url=access.url.rstrip("/"), session=session, method="POST")
        session.mount_pool()  # the library has mounted a pool that tries again on its own
        self.name = access.name
        self.breaker = breaker or Breaker()
        self._guarded = session

    def instant(self, query: str, at: float, timeout: float) -> Vector:
        """The query's value at ``at`` (epoch seconds), in at most ``timeout`` seconds. Raises
        ``SourceError``.
        """
        form = {"query": query, "time": f"{at:.3f}", "timeout": f"{max(1, round(timeout * 1000))}ms"}
        return self._measured(timeout, lambda: decode(self.name, self._post("/api/v1/query", form, timeout)))

    def label_values(self, label: str, match: str, begin: float, end: float, timeout: float) -> list[str]:
        """Values of a label on the series that ``match`` selects (epoch seconds). Raises ``SourceError``."""
        form = {"match[]": match, "start": f"{begin:.3f}", "end": f"{end:.3f}"}
        path = f"/api/v1/label/{quote(label)}/values?{urlencode(form)}"
        return self._measured(
            timeout, lambda: decode_names(self.name, self._guarded.fetch("GET", path, timeout))
        )

    def wake(self, timeout: float) -> None:
        """After failures: one cheap question, so that recovery needs no luck. Raises ``SourceError`` if still
        dead.
        """
        if self.breaker.position != "closed":
            self.instant(ALIVE, time.time(), min(timeout, 5.0))

    def _post(self, path: str, form: dict[str, str], timeout: float) -> Reply:
        return self._guarded.fetch("POST", path, timeout, form)

    def _measured(self, timeout: float, ask: Callable[[], Answer]) -> Answer:
        if timeout <= 0:
            message = "no time was left to ask it"
            raise SourceUnavailable(self.name, message, "Collect less often, or fewer windows.")
        if not self.breaker.allow():
            message = "does not answer; it is left alone for some seconds"
            raise SourceUnavailable(self.name, message, "Check that it runs.")
        begin = time.monotonic()
        try:
            answer = ask()
        except SourceError as error:
            if isinstance(error, SourceRejected):
                self.breaker.succeeded()
            else:
                self.breaker.failed()
            observe(self.name, time.monotonic() - begin, error.kind)
            raise
        self.breaker.succeeded()
        observe(self.name, time.monotonic() - begin, None)
        return answer
