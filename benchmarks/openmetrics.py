"""The reference mesh as the samples that Prometheus would have scraped from its pods, in OpenMetrics text.

Two pods each side; each counter starts from a past and grows by whole observations. Over any window of
``WINDOW_SECONDS`` that starts at a scrape it grows by exactly the mesh's counts, so that ``rate`` over such a
window is the truth and not near it.
"""

from collections.abc import Iterable, Iterator
from typing import Final, TextIO

import numpy as np
from numpy.typing import NDArray

from benchmarks.latencies import BOUNDS, LE, Buckets
from benchmarks.reference_mesh import NOBODY, WINDOW_SECONDS, Call, Mesh, Workload
from benchmarks.reports import Report

PODS: Final = 2
SCRAPE_SECONDS: Final = 15
AT: Final = 1_768_477_800
"""End of the data, epoch seconds (2026-01-15T11:50:00Z); a scrape happens exactly then."""
STEPS_PER_WINDOW: Final = WINDOW_SECONDS // SCRAPE_SECONDS
_PAST_WINDOWS: Final = 37
_MIDDLES: Final = np.array([0.3, *((BOUNDS[i - 1] + BOUNDS[i]) / 2 for i in range(1, 19)), BOUNDS[18]])

Values = NDArray[np.int64]
"""One value for each scrape."""


def times(span_seconds: int) -> list[int]:
    """Epoch seconds of each scrape, up to and including :data:`AT`."""
    return list(range(AT - span_seconds, AT + 1, SCRAPE_SECONDS))


class Writer:
    """Writes calls of one mesh as OpenMetrics text; counts the series it wrote."""

    def __init__(self, mesh: Mesh) -> None:
        self.series = 0
        self._byte_namespaces = frozenset(mesh.namespaces[: mesh.size.byte_namespaces])
        self._suffixes = [f" {t}\n" for t in times(mesh.size.span_seconds)]
        self._ticks = np.arange(len(self._suffixes), dtype=np.int64)

    def write(self, calls: Iterable[Call], out: TextIO) -> None:
        """All series of these calls, and the mark of the end."""
        for call in calls:
            for report in call.reports:
                for pod in range(PODS):
                    self._report(call, report, pod, out)
        out.write("# EOF\n")

    def _report(self, call: Call, report: Report, pod: int, out: TextIO) -> None:
        peers = _peer_labels(call, report, pod)
        labels = peers + _answer_labels(call, report)
        for metric, extra, values in self._columns(call, report, pod):
            self.series += 1
            start = f"{metric}{{{peers if metric in _MESSAGES else labels}{extra}}} "
            samples = zip(values.tolist(), self._suffixes, strict=True)
            out.write("".join([f"{start}{value}{time}" for value, time in samples]))

    def _columns(self, call: Call, report: Report, pod: int) -> Iterator[tuple[str, str, Values]]:
        if report.tcp is not None:
            for name, total in zip(_TCP, report.tcp.fields, strict=True):
                yield name, "", self._grown(_of_pod(total, pod), pod)
            return
        if report.durations is not None:
            yield "istio_requests_total", "", self._each(report.durations, pod).sum(axis=0)
        if call.protocol == "grpc" and report.code_is_usual:
            for name in _MESSAGES:
                yield name, "", self._grown(_of_pod(report.requests, pod), pod)
        for name, buckets in self._histograms(call, report):
            yield from self._histogram(name, buckets, pod)

    def _histograms(self, call: Call, report: Report) -> Iterator[tuple[str, Buckets]]:
        if report.durations is not None:
            yield "istio_request_duration_milliseconds", report.durations
        proxy = _reporting(call, report)
        if proxy.namespace in self._byte_namespaces and report.request_bytes and report.response_bytes:
            yield "istio_request_bytes", report.request_bytes
            yield "istio_response_bytes", report.response_bytes

    def _histogram(self, name: str, buckets: Buckets, pod: int) -> Iterator[tuple[str, str, Values]]:
        each = self._each(buckets, pod)
        cumulative = np.cumsum(each, axis=0)
        for le, values in zip(LE, cumulative, strict=True):
            yield f"{name}_bucket", f',le="{le}"', values
        yield f"{name}_count", "", cumulative[-1]
        yield f"{name}_sum", "", np.rint(_MIDDLES @ each).astype(np.int64)

    def _each(self, buckets: Buckets, pod: int) -> Values:
        """Not cumulative, by bucket and scrape."""
        return np.stack([self._grown(_of_pod(n, pod, i), pod + i) for i, n in enumerate(buckets)])

    def _grown(self, per_window: int, phase: int) -> Values:
        late = (phase * 7) % STEPS_PER_WINDOW
        return per_window * _PAST_WINDOWS + (per_window * self._ticks + late) // STEPS_PER_WINDOW


_MESSAGES: Final = ("istio_request_messages_total", "istio_response_messages_total")
_TCP: Final = (
    "istio_tcp_sent_bytes_total",
    "istio_tcp_received_bytes_total",
    "istio_tcp_connections_opened_total",
    "istio_tcp_connections_closed_total",
)


def _of_pod(total: int, pod: int, salt: int = 0) -> int:
    """A pod's part of a count; the odd one out goes to either."""
    return (total + (pod + salt) % PODS) // PODS


def _reporting(call: Call, report: Report) -> Workload:
    return call.source if report.reporter == "source" else call.destination


def _answer_labels(call: Call, report: Report) -> str:
    answer = {
        "request_protocol": call.protocol,
        "response_code": report.code,
        "grpc_response_status": report.grpc_status,
        "response_flags": report.flags,
        "connection_security_policy": report.security,
    }
    return "".join(f',{k}="{v}"' for k, v in answer.items() if v)


def _peer_labels(call: Call, report: Report, pod: int) -> str:
    """Peer labels in Istio's own spelling, and those a scrape adds."""
    proxy, service = _reporting(call, report), call.service
    labels = {
        "instance": f"{proxy.name}-{pod}.{proxy.namespace}:15020",
        "job": "kubernetes-pods",
        "namespace": proxy.namespace,
        "pod": f"{proxy.name}-6d8f9c7b5-{pod}",
        "reporter": report.reporter,
        **_side("source", call.source, report.source_principal),
        **_side("destination", call.destination, report.destination_principal),
        "destination_service": service.host,
        "destination_service_name": service.name,
        "destination_service_namespace": service.namespace,
    }
    return ",".join(f'{k}="{v}"' for k, v in labels.items())


def _side(side: str, workload: Workload, principal: str) -> dict[str, str]:
    return {
        f"{side}_workload": workload.name,
        f"{side}_workload_namespace": workload.namespace,
        f"{side}_canonical_service": workload.app,
        f"{side}_canonical_revision": "latest" if workload == NOBODY else workload.version,
        f"{side}_app": workload.app,
        f"{side}_version": workload.version,
        f"{side}_cluster": "unknown" if workload == NOBODY else "Kubernetes",
        f"{side}_principal": principal,
    }
