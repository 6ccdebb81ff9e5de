"""Pods, with what their containers do and why they are not ready."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from inventory.domain.objects import Container, ContainerRole, ContainerState, Meta, Pod
from inventory.domain.parse.fields import count, flag, integer, items, mapping, moment, text

#: Istio's name for its proxy, as sidecar, native sidecar, gateway, waypoint and ztunnel.
PROXY: Final = "istio-proxy"
_PHASES: Final = ("Pending", "Running", "Succeeded", "Failed")
#: Waiting for these is the beginning of every pod; any other reason says more.
_ORDINARY: Final = ("ContainerCreating", "PodInitializing")


def pod(raw: Mapping[str, Any], meta: Meta) -> Pod:
    """A pod; the phase of one that was never run is Unknown."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    phase = text(status.get("phase"))
    conditions = {text(one.get("type")): one for one in items(status.get("conditions"))}
    ready = text(mapping(conditions.get("Ready")).get("status")) == "True"
    found = containers(spec, status)
    return Pod(
        meta=meta,
        phase=phase if phase in _PHASES else "Unknown",
        ready=ready,
        reason="" if ready else _why(status, conditions, found),
        node=text(spec.get("nodeName")),
        ip=text(status.get("podIP")),
        service_account=text(spec.get("serviceAccountName")),
        started_at=moment(status.get("startTime")),
        deleted_at=moment(mapping(raw, "metadata").get("deletionTimestamp")),
        containers=found,
        host_network=flag(spec.get("hostNetwork")),
    )


def containers(spec: Mapping[str, Any], status: Mapping[str, Any]) -> tuple[Container, ...]:
    """The containers of a pod, init containers first, as they start."""
    init = _statuses(status.get("initContainerStatuses"))
    main = _statuses(status.get("containerStatuses"))
    listed = [
        *(_container(one, init, "init") for one in items(spec.get("initContainers"))),
        *(_container(one, main, "app") for one in items(spec.get("containers"))),
    ]
    return tuple(one for one in listed if one.name)


def _statuses(value: object) -> dict[str, Mapping[str, Any]]:
    return {text(one.get("name")): one for one in items(value)}


def _container(spec: Mapping[str, Any], statuses: Mapping[str, Any], place: ContainerRole) -> Container:
    name = text(spec.get("name"))
    status = mapping(statuses.get(name))
    native = place == "init" and text(spec.get("restartPolicy")) == "Always"
    state, detail = _state(status)
    last = mapping(status, "lastState", "terminated")
    return Container(
        name=name,
        image=text(spec.get("image")),
        role=_role(name, place, native),
        ready=flag(status.get("ready")),
        restarts=count(status.get("restartCount")),
        state=state,
        reason=text(detail.get("reason")),
        message=text(detail.get("message")),
        exit_code=integer(detail.get("exitCode")),
        last_reason=text(last.get("reason")),
        last_exit_code=integer(last.get("exitCode")),
        last_finished_at=moment(last.get("finishedAt")),
        started_at=moment(detail.get("startedAt")),
        ports=tuple(_ports(spec.get("ports"))),
        native=native,
        proxy_type=_proxy_type(spec.get("args")) if name == PROXY else "",
    )


def _role(name: str, place: ContainerRole, native: bool) -> ContainerRole:
    if name == PROXY and (place == "app" or native):
        return "proxy"
    return "app" if native else place


def _state(status: Mapping[str, Any]) -> tuple[ContainerState, Mapping[str, Any]]:
    state = mapping(status, "state")
    kinds: tuple[ContainerState, ...] = ("running", "waiting", "terminated")
    for kind in kinds:
        if isinstance(state.get(kind), Mapping):
            return kind, state[kind]
    return "unknown", {}


def _ports(value: object) -> Iterator[int]:
    for one in items(value):
        if (number := integer(one.get("containerPort"))) is not None:
            yield number


def _proxy_type(args: object) -> str:
    """``sidecar``, ``router``, ``waypoint`` or ``ztunnel``: the word after ``proxy``."""
    words = [text(word) for word in args[:8]] if isinstance(args, list) else []
    place = words.index("proxy") + 1 if "proxy" in words else 0
    return words[place] if 0 < place < len(words) and not words[place].startswith("-") else ""


def _why(status: Mapping[str, Any], conditions: Mapping[str, Any], found: Iterable[Container]) -> str:
    """The most telling of what the API says: the pod's own reason, a container's, or a condition's."""
    waiting = [one for one in found if one.state == "waiting" and one.reason not in _ORDINARY]
    ended = [one for one in found if one.state == "terminated" and one.exit_code]
    said = [_said(status.get("reason"), status.get("message"))]
    said += [_said(one.reason, one.message) for one in (*waiting, *ended)]
    for name in ("PodScheduled", "Initialized", "ContainersReady", "Ready"):
        condition = mapping(conditions.get(name))
        if text(condition.get("status")) == "False":
            said.append(_said(condition.get("reason"), condition.get("message")))
    return next(filter(None, said), "")


def _said(reason: object, message: object) -> str:
    return text(": ".join(filter(None, (text(reason), text(message)))))
