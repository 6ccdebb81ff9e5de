"""Pods and containers in words: what state, why, and what ended last.

Reasons and exit codes are Kubernetes' own (kubelet: CrashLoopBackOff, OOMKilled, ErrImagePull …); an exit
code above 128 is the number of a signal and 128.
"""

import signal
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct

from inventory.domain.objects import Container, Pod
from mesh.health import Status

_SIGNALS: Final = 128
#: Reasons to wait that belong to every start.
_ORDINARY: Final = ("ContainerCreating", "PodInitializing", "")
_REASONS: Final = {
    "CrashLoopBackOff": "keeps ending and is restarted after a pause",
    "ImagePullBackOff": "its image cannot be pulled",
    "ErrImagePull": "its image cannot be pulled",
    "ErrImageNeverPull": "its image is not on the node and may not be pulled",
    "InvalidImageName": "the name of its image is not valid",
    "CreateContainerConfigError": "a ConfigMap or Secret that it needs is missing",
    "CreateContainerError": "the container cannot be created",
    "RunContainerError": "the container cannot be started",
    "OOMKilled": "it used more memory than its limit",
    "Error": "it ended with an error",
    "Completed": "it ended as it should",
    "ContainerCannotRun": "the container cannot be started",
    "DeadlineExceeded": "it took longer than allowed",
    "Evicted": "the node ran short of a resource",
}


class Ended(Struct, frozen=True):
    """How a container ended the last time it did."""

    reason: str
    exit_code: int | None
    finished_at: datetime | None
    words: str


class ContainerPart(Struct, frozen=True):
    """One container. ``words`` says its state; ``message`` is the API's own, if it gave one."""

    name: str
    image: str
    role: Literal["app", "init", "proxy"]
    native: bool
    state: Literal["running", "waiting", "terminated", "unknown"]
    status: Status
    words: str
    message: str
    ready: bool
    restarts: int
    exit_code: int | None
    started_at: datetime | None
    last: Ended | None
    ports: list[int]


class PodPart(Struct, frozen=True):
    """One pod. ``words`` says its state and the worst container's reason."""

    name: str
    status: Status
    words: str
    phase: str
    ready: bool
    restarts: int
    node: str
    ip: str
    service_account: str
    created_at: datetime | None
    started_at: datetime | None
    deleted_at: datetime | None
    containers: list[ContainerPart]


def moment(epoch_seconds: float | None) -> datetime | None:
    """As replies show times (RFC 3339 in UTC); None stays None, and what no calendar has."""
    if epoch_seconds is None or not 0 <= epoch_seconds < 1e11:
        return None
    return datetime.fromtimestamp(epoch_seconds, UTC)


_WORST_FIRST: Final[tuple[Status, ...]] = ("failure", "not_ready", "degraded", "unknown", "healthy", "idle")


def described(pods: Iterable[Pod]) -> list[PodPart]:
    """Pods that are not well first, then by name."""
    return sorted(map(_pod, pods), key=lambda pod: (_WORST_FIRST.index(pod.status), pod.name))


def _pod(pod: Pod) -> PodPart:
    containers = [_container(one) for one in pod.containers]
    status, words = _state(pod, containers)
    return PodPart(
        name=pod.meta.name,
        status=status,
        words=words,
        phase=pod.phase,
        ready=pod.ready,
        restarts=pod.restarts,
        node=pod.node,
        ip=pod.ip,
        service_account=pod.service_account,
        created_at=moment(pod.meta.created_at),
        started_at=moment(pod.started_at),
        deleted_at=moment(pod.deleted_at),
        containers=containers,
    )


def _state(pod: Pod, containers: list[ContainerPart]) -> tuple[Status, str]:
    if pod.deleted_at is not None:
        return "not_ready", "Terminating"
    if pod.phase == "Succeeded":
        return "idle", "Completed"
    bad = [one for one in containers if one.status == "failure"]
    if bad:
        return "failure", "; ".join(dict.fromkeys(f"{one.name}: {one.words}" for one in bad[:3]))
    if pod.ready:
        return "healthy", "Ready"
    if pod.phase == "Failed":
        return "failure", f"Failed{_because(pod.reason)}"
    if pod.phase == "Unknown" and not pod.containers:
        return "unknown", f"State not known{_because(pod.reason)}"
    word = "Pending" if pod.phase == "Pending" else "Not ready"
    return "not_ready", f"{word}{_because(pod.reason or _waiting(containers))}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _waiting(containers: list[ContainerPart]) -> str:
    slow = [one.name for one in containers if not one.ready and one.role != "init"]
    return f"{', '.join(slow[:3])} not ready" if slow else ""


def _container(one: Container) -> ContainerPart:
    status, words = _container_state(one)
    return ContainerPart(
        name=one.name,
        image=one.image,
        role=one.role,
        native=one.native,
        state=one.state,
        status=status,
        words=words,
        message=one.message,
        ready=one.ready,
        restarts=one.restarts,
        exit_code=one.exit_code,
        started_at=moment(one.started_at),
        last=_last(one),
        ports=list(one.ports),
    )


def _container_state(one: Container) -> tuple[Status, str]:
    if one.state == "running":
        if one.ready or (one.role == "init" and not one.native):
            return "healthy", "Running"
        return "not_ready", "Running, not ready"
    if one.state == "waiting":
        if one.reason in _ORDINARY:
            return "not_ready", one.reason or "Waiting"
        return "failure", _explained(one.reason, None, _last(one))
    if one.state == "terminated":
        if not one.exit_code:
            return "idle", "Completed"
        return "failure", _explained(one.reason, one.exit_code, None)
    return "unknown", "State not known"


def _explained(reason: str, code: int | None, last: Ended | None) -> str:
    """``CrashLoopBackOff: keeps ending …; last ended with OOMKilled (exit code 137, SIGKILL)``."""
    words = _REASONS.get(reason)
    text = f"{reason or 'Ended'}: {words}" if words else reason or "Ended"
    if code is not None:
        text += f" ({exit_words(code)})"
    return f"{text}; last ended with {last.words}" if last else text


def _last(one: Container) -> Ended | None:
    if not (one.last_reason or one.last_exit_code is not None):
        return None
    code = one.last_exit_code
    words = one.last_reason or "no reason given"
    if code is not None:
        words += f" ({exit_words(code)})"
    return Ended(one.last_reason, code, moment(one.last_finished_at), words)


def exit_words(code: int) -> str:
    """``exit code 137, SIGKILL``."""
    try:
        return f"exit code {code}, {signal.Signals(code - _SIGNALS).name}"
    except ValueError:
        return f"exit code {code}"
