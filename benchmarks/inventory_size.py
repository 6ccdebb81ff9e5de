"""What the inventory of a large cluster costs: memory, the first build, and a build after one change.

`.venv/bin/python -m benchmarks.inventory_size [PODS]` (10,000 by default: ten to a Deployment, 50 namespaces,
with ReplicaSets, Services, EndpointSlices and an Event for every second pod; each pod as injected ones are).
Objects come as JSON in pages of 500, as the API gives them. Budget: 150 MiB for 10,000 pods.
"""

import gc
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from inventory.domain.build import Built, build
from inventory.domain.objects import Object, Objects, Pod
from inventory.domain.parse import parse
from inventory.domain.telemetry import Names

_PAGE: Final = 500
_NAMESPACES: Final = 50
_PODS_EACH: Final = 10
_STATUS: Final = json.dumps({"initContainers": ["istio-init", "istio-proxy"], "volumes": ["v"] * 8})


def main(pods: int) -> None:
    """Prints the figures."""
    rest = _resident_mib()
    begin = time.perf_counter()
    objects = tuple(_objects(pods))
    parsing = time.perf_counter() - begin
    gc.collect()
    print(f"{len(objects)} objects, {pods} of them pods")
    print(f"parse, with decoding JSON   {parsing:7.2f} s")
    first = _timed("first build", objects, Built(build([], Names(), 0.0).world))
    gc.collect()
    print(f"memory for all of it        {_resident_mib() - rest:7.0f} MiB (budget 150 for 10,000 pods)")
    changed = next(index for index, one in enumerate(objects) if isinstance(one, Pod))
    one = objects[changed]
    assert isinstance(one, Pod)
    later = (*objects[:changed], replace(one, ready=not one.ready), *objects[changed + 1 :])
    _timed("build after one pod's change", later, first)


def _timed(what: str, objects: tuple[Object, ...], old: Built) -> Built:
    begin = time.perf_counter()
    built = build([Objects("kubernetes", str(id(objects)), 0.0, objects)], Names(), 0.0, old)
    print(f"{what:27} {time.perf_counter() - begin:7.2f} s, {len(built.world.workloads)} workloads")
    return built


def _objects(pods: int) -> Iterator[Object]:
    page: list[str] = []
    for raw in _raws(pods):
        page.append(json.dumps(raw))
        if len(page) == _PAGE:
            yield from _parsed(page)
            page.clear()
    yield from _parsed(page)


def _parsed(page: list[str]) -> Iterator[Object]:
    for raw in json.loads(f"[{','.join(page)}]"):
        if (found := parse(raw, "Kubernetes")) is not None:
            yield found


def _raws(pods: int) -> Iterator[dict[str, Any]]:
    for number in range(pods // _PODS_EACH):
        yield from _workload(f"team-{number % _NAMESPACES:02}", f"service-{number:04}-v1")


def _workload(namespace: str, name: str) -> Iterator[dict[str, Any]]:
    labels = {"app": name[:-3], "version": "v1", "team": namespace}
    replica_set = f"{name}-6d4cf56db6"
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": name}]}}
    spec = {"replicas": _PODS_EACH, "template": template}
    yield _raw("apps/v1", "Deployment", namespace, name, spec=spec, status={"readyReplicas": _PODS_EACH})
    owned = _raw("apps/v1", "ReplicaSet", namespace, replica_set, spec=spec)
    owned["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": name, "controller": True}]
    yield owned
    yield _raw("v1", "Service", namespace, name[:-3], spec={"selector": {"app": name[:-3]}})
    addresses = []
    for number in range(_PODS_EACH):
        pod = _pod(namespace, replica_set, f"{replica_set}-{number:05}", labels)
        addresses.append(
            {
                "addresses": [pod["status"]["podIP"]],
                "targetRef": {"kind": "Pod", "name": pod["metadata"]["name"]},
            }
        )
        yield pod
        if number % 2:
            about = {"kind": "Pod", "name": pod["metadata"]["name"]}
            text = f"Successfully assigned {namespace}/{pod['metadata']['name']} to node"
            yield _raw("v1", "Event", namespace, f"{about['name']}.1", involvedObject=about, message=text)
    piece = _raw("discovery.k8s.io/v1", "EndpointSlice", namespace, f"{name}-x", endpoints=addresses)
    piece["metadata"]["labels"] = {"kubernetes.io/service-name": name[:-3]}
    yield piece


def _raw(version: str, kind: str, namespace: str, name: str, **parts: Any) -> dict[str, Any]:
    meta = {
        "name": name,
        "namespace": namespace,
        "uid": f"{name}-uid",
        "resourceVersion": "123456",
        "creationTimestamp": "2026-11-20T08:00:01Z",
        "managedFields": [
            {"manager": "kube-controller-manager", "fieldsV1": {"f:metadata": {"f:labels": {}}}}
        ],
    }
    return {"apiVersion": version, "kind": kind, "metadata": meta, **parts}


def _pod(namespace: str, replica_set: str, name: str, labels: dict[str, str]) -> dict[str, Any]:
    ip = f"10.{hash(name) % 250}.{len(name)}.{hash(name[::-1]) % 250}"
    running = {"running": {"startedAt": "2026-11-20T08:00:04Z"}}
    proxy = "docker.io/istio/proxyv2:1.27.3"
    spec = {
        "nodeName": f"node-{hash(name) % 100}",
        "serviceAccountName": "default",
        "initContainers": [
            {"name": "istio-init", "image": proxy},
            {"name": "istio-proxy", "image": proxy, "restartPolicy": "Always", "args": ["proxy", "sidecar"]},
        ],
        "containers": [{"name": "app", "image": replica_set, "ports": [{"containerPort": 8080}]}],
    }
    status = {
        "phase": "Running",
        "podIP": ip,
        "startTime": "2026-11-20T08:00:01Z",
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "app", "ready": True, "restartCount": 1, "state": running}],
        "initContainerStatuses": [{"name": "istio-proxy", "ready": True, "state": running}],
    }
    found = _raw("v1", "Pod", namespace, name, spec=spec, status=status)
    found["metadata"]["labels"] = {**labels, "pod-template-hash": "6d4cf56db6"}
    found["metadata"]["annotations"] = {
        "sidecar.istio.io/status": _STATUS,
        "cni.projectcalico.org/podIP": f"{ip}/32",
        "istio.io/rev": "default",
    }
    found["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": replica_set, "controller": True}]
    return found


def _resident_mib() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
