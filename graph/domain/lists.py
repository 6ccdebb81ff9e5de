"""The longer parts of an edge: responses, principals, services asked, buckets, errors, security."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from graph.domain import document
from graph.domain.numbers import listed
from graph.domain.project import Projection
from graph.domain.scene import BY_POLICY, Column, Scene
from mesh.hops import GRPC, TCP, Floats, Ints, intern_sorted, is_known
from mesh.identity import Service
from mesh.keys import grouped, stacked, summed
from mesh.response import Kind

Item = TypeVar("Item")
#: Most entries of one list on one edge; the strongest ones.
MOST: Final = 30


@dataclass(frozen=True, slots=True)
class EdgeLists:
    """Each list has one entry per group of the projection."""

    principals: list[document.Principals]
    responses: list[list[document.Response]]
    services: list[list[document.Asked]]
    buckets: list[document.Buckets | None]
    errors: list[document.Errors | None]
    mtls: list[document.Mtls]
    grpc: list[document.Messages | None]


def edge_lists(scene: Scene, projection: Projection) -> EdgeLists:
    """Gather all of them."""
    rows = scene.rows
    responses = scene.responses
    return EdgeLists(
        principals=_principals(scene, projection),
        responses=_ranked(
            projection,
            rows.edge,
            rows.response,
            rows.rate,
            lambda r, rate: document.Response(*responses[r], rate),
        ),
        services=_services(scene, projection),
        buckets=_buckets(scene, projection),
        errors=_errors(projection),
        mtls=[document.Mtls(*row) for row in _rows(projection.amounts[:, BY_POLICY])],
        grpc=_messages(scene, projection),
    )


def _ranked(
    projection: Projection, edge: Ints, value: Ints, rate: Floats, make: Callable[[int, float], Item]
) -> list[list[Item]]:
    """Per group the distinct values of its rows with their summed rates, strongest first."""
    out: list[list[Item]] = [[] for _ in range(len(projection.source))]
    both = [(group[edge], value, rate) for group in (projection.first, projection.onward)]
    group = np.concatenate([g for g, _, _ in both])
    values, amounts = np.tile(value, 2), np.tile(rate, 2)
    inside = (group >= 0) & (amounts > 0)
    if not inside.any():
        return out
    group, values, amounts = group[inside], values[inside], amounts[inside]
    pair, start = grouped(group, values)
    total = summed(pair, amounts, len(start))
    order = np.lexsort((values[start], -np.round(total, 9), group[start]))
    rates = listed(total[order])
    for place, which, amount in zip(
        group[start][order].tolist(), values[start][order].tolist(), rates, strict=True
    ):
        if len(out[place]) < MOST:
            out[place].append(make(which, amount or 0))
    return out


@dataclass(frozen=True, slots=True)
class _Names:
    """Texts of the scene in order, and for each row (or edge) which it has."""

    rows: tuple[Ints, Ints, Floats]
    source: tuple[tuple[str, ...], Ints]
    target: tuple[tuple[str, ...], Ints]
    services: tuple[tuple[Service, ...], Ints]


def _names(scene: Scene) -> _Names:
    """Worked out once per scene."""
    if "names" not in scene.memo:
        traffic, answers = scene.counted.traffic, scene.counted.traffic.answers
        services = sorted(scene.hops.services)
        place = {service: number for number, service in enumerate(services)}
        ordered = np.array([place[service] for service in scene.hops.services], dtype=np.int64)
        scene.memo["names"] = _Names(
            stacked(traffic, "requests", "tcp_sent", "tcp_received", "tcp_opened"),
            intern_sorted(a.source_principal for a in answers),
            intern_sorted(a.destination_principal for a in answers),
            (tuple(services), ordered[scene.hops.service]),
        )
    found: _Names = scene.memo["names"]
    return found


def _principals(scene: Scene, projection: Projection) -> list[document.Principals]:
    names = _names(scene)
    source, target = (_said(names, projection, *side) for side in (names.source, names.target))
    return [document.Principals(*both) for both in zip(source, target, strict=True)]


def _said(names: _Names, projection: Projection, table: tuple[str, ...], of_answer: Ints) -> list[list[str]]:
    """Per group the known texts (one per answer) by falling amount of what they came with."""
    edge, answer, rate = names.rows
    value = of_answer[answer]
    keep = np.array([is_known(text) for text in table], dtype=np.bool_)[value]
    return _ranked(projection, edge[keep], value[keep], rate[keep], lambda which, _: table[which])


def _services(scene: Scene, projection: Projection) -> list[list[document.Asked]]:
    table, of_edge = _names(scene).services

    def asked(place: int, rate: float) -> document.Asked:
        service = table[place]
        namespace = service.namespace if is_known(service.namespace) else None
        return document.Asked(namespace, service.name, service.host, rate)

    return _ranked(projection, np.arange(len(of_edge)), of_edge, scene.volume, asked)


def _rows(table: Floats) -> list[list[float]]:
    flat = [value or 0 for value in listed(np.ascontiguousarray(table).ravel())]
    width = table.shape[1]
    return [flat[start : start + width] for start in range(0, len(flat), width)]


def _buckets(scene: Scene, projection: Projection) -> list[document.Buckets | None]:
    bounds = listed(scene.le_ms, digits=12)
    out: list[document.Buckets | None] = []
    for rates, known in zip(_rows(projection.buckets), projection.has_buckets.tolist(), strict=True):
        filled = [place for place, rate in enumerate(rates) if rate] if known else []
        if not filled:
            out.append(None)
            continue
        part = slice(max(filled[0] - 1, 0), filled[-1] + 1)  # from the lower bound of the first one
        out.append(document.Buckets(bounds[part], rates[part]))
    return out


def _errors(projection: Projection) -> list[document.Errors | None]:
    order = [Kind.HTTP_5XX, Kind.HTTP_4XX, Kind.NO_RESPONSE, Kind.GRPC]
    rows = _rows(projection.amounts[:, order])
    tcp = (projection.protocol == TCP).tolist()
    return [None if is_tcp else document.Errors(*row) for row, is_tcp in zip(rows, tcp, strict=True)]


def _messages(scene: Scene, projection: Projection) -> list[document.Messages | None]:
    """Of gRPC groups only; a rate is None where its column did not arrive."""
    is_grpc = projection.protocol == GRPC
    columns = {"request_messages": Column.REQUEST_MESSAGES, "response_messages": Column.RESPONSE_MESSAGES}
    rates = [
        listed(projection.amounts[:, column], is_grpc & (name in scene.columns))
        for name, column in columns.items()
    ]
    rows = zip(is_grpc.tolist(), *rates, strict=True)
    return [document.Messages(sent, received) if grpc else None for grpc, sent, received in rows]
