"""Totals of what is shown, and the sentence a page opens with."""

from typing import Final

import numpy as np
from msgspec.structs import replace

from graph.domain import document
from graph.domain.edges import latencies, shares
from graph.domain.numbers import listed, number
from graph.domain.project import Projection
from graph.domain.scene import BY_KIND, Column, Scene
from mesh.health import percent
from mesh.hops import GRPC, HTTP, Bools
from mesh.response import errors
from mesh.window import format_duration

_ORDER: Final = ("failure", "degraded")


def totals(
    scene: Scene, projection: Projection, nodes: list[document.Node], edges: list[document.Edge]
) -> document.Totals:
    """Every request counts once here, however many edges it is drawn on."""
    shown = projection.shown
    octets = scene.amounts[shown][:, [Column.TCP_SENT, Column.TCP_RECEIVED]].sum(axis=0)
    http, grpc = (_requests(scene, shown & (scene.hops.protocol == p)) for p in (HTTP, GRPC))
    return document.Totals(
        nodes=len(nodes),
        edges=len(edges),
        http=http,
        grpc=grpc,
        tcp=document.Bytes(number(octets[0]), number(octets[1])),
        verdict=_verdict(nodes, edges, http.rate + grpc.rate, scene.window_seconds),
    )


def has_traffic(shown: document.Document) -> bool:
    """Whether anything flows on any edge."""
    return any(edge.health.status != "idle" for edge in shown.edges)


def dated(shown: document.Document, last_seen: str | None) -> document.Document:
    """The document that says when its traffic was last seen."""
    return replace(shown, totals=replace(shown.totals, last_seen=last_seen))


def _requests(scene: Scene, mask: Bools) -> document.Sum:
    amounts = scene.amounts[mask].sum(axis=0, keepdims=True)
    buckets = scene.buckets[mask].sum(axis=0, keepdims=True)
    by_kind = amounts[:, BY_KIND]
    failed = errors(by_kind)
    latency = next(iter(latencies(scene, amounts, buckets, np.array([scene.has_buckets[mask].any()]))))
    share = listed(shares(failed, by_kind.sum(axis=1)))[0]
    return document.Sum(number(float(by_kind.sum())), number(float(failed[0])), share, latency)


def _verdict(
    nodes: list[document.Node], edges: list[document.Edge], rate: float, window_seconds: int
) -> document.Verdict:
    window = format_duration(window_seconds)
    if not edges:
        return document.Verdict("idle", f"No traffic in the last {window}.")
    for status in _ORDER:
        bad = [edge for edge in edges if edge.health.status == status]
        if bad:
            return document.Verdict(bad[0].health.status, _worst(bad, nodes, status, window))
    names = sum(node.kind in ("workload", "app", "service") for node in nodes)
    text = f"Nothing out of the ordinary among {names} nodes: {rate:.3g} requests per second"
    return document.Verdict("healthy", f"{text} in the last {window}.")


def _worst(bad: list[document.Edge], nodes: list[document.Node], status: str, window: str) -> str:
    """The worst edge in words: the one with most failing requests per second."""
    names = {node.id: node.name for node in nodes}
    edge = max(bad, key=lambda e: (e.error_rate or 0, e.rate or 0))
    source, target = names[edge.source], names[edge.target]
    noun = "connections" if edge.protocol == "tcp" else "requests"
    if edge.error_share:
        share, rate = percent(edge.error_share), f"{edge.rate or 0:.3g}"
        text = f"{target} fails {share} of {rate} {noun} per second from {source}"
    else:
        text = f"{target} answers {source}: {edge.health.reasons[0].message.rstrip('.')}"
    others = len(bad) - 1
    more = f"; {others} more {'edge is' if others == 1 else 'edges are'} {_WORD[status]}" if others else ""
    return f"{text} in the last {window}{more}."


_WORD: Final = {"failure": "failing", "degraded": "degraded"}
