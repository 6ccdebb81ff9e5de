"""Pods and their identity, as Istio derives it from labels."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.controlplane.objects import Resource

TRUST_DOMAIN = "cluster.local"
CLUSTER_ID = "Kubernetes"
ISTIO_VERSION = "1.32.0"


@dataclass(frozen=True)
class Pod:
    """One pod: who it is, where it listens, what it runs."""

    name: str
    namespace: str
    workload: str
    service_account: str
    labels: Mapping[str, str]
    proxy: str  # "sidecar" | "router" | "" (no proxy)
    image: str
    env: Mapping[str, str]
    ports: tuple[int, ...]
    ip: str  # the pod's address; its proxy listens here
    app_ip: str  # the pod's inside, where the application listens behind its proxy

    @property
    def uid(self) -> str:
        """A stable UUID-shaped id, made from the name."""
        digest = hashlib.sha256(f"{self.namespace}/{self.name}".encode()).hexdigest()
        return "-".join((digest[:8], digest[8:12], "4" + digest[13:16], "a" + digest[17:20], digest[20:32]))

    @property
    def app(self) -> str:
        """The label `app`, empty when there is none."""
        return self.labels.get("app", "")

    @property
    def version(self) -> str:
        """The label `version`, empty when there is none."""
        return self.labels.get("version", "")

    @property
    def canonical_name(self) -> str:
        """Istio's canonical service name."""
        labels = self.labels
        return (
            labels.get("service.istio.io/canonical-name")
            or labels.get("app.kubernetes.io/name")
            or self.app
            or self.workload
        )

    @property
    def canonical_revision(self) -> str:
        """Istio's canonical revision."""
        labels = self.labels
        return (
            labels.get("service.istio.io/canonical-revision")
            or labels.get("app.kubernetes.io/version")
            or self.version
            or "latest"
        )

    @property
    def principal(self) -> str:
        """The SPIFFE URI in the pod's certificate."""
        return f"spiffe://{TRUST_DOMAIN}/ns/{self.namespace}/sa/{self.service_account}"

    @property
    def node_id(self) -> str:
        """Envoy's node id in Istio's form."""
        domain = f"{self.namespace}.svc.cluster.local"
        return f"{self.proxy}~{self.ip}~{self.name}.{self.namespace}~{domain}"

    @property
    def service_cluster(self) -> str:
        """Envoy's node cluster, which is the service name of its spans."""
        return f"{self.app or self.workload}.{self.namespace}"

    @property
    def peer_metadata(self) -> str:
        """What this pod's proxy tells its peers, in the order of `telemetry.PEER_FIELDS`."""
        fields = (self.workload, self.namespace, self.canonical_name, self.canonical_revision)
        return ";".join((*fields, self.app, self.version, CLUSTER_ID))


def replicas(deployment: Resource) -> int:
    """How many pods a Deployment asks for."""
    return int(deployment.spec.get("replicas", 1))


def pod_name(deployment: Resource, index: int) -> str:
    """A pod name in the form of the ReplicaSet controller, the same at every start."""
    seed = hashlib.sha256(f"{deployment.namespace}/{deployment.name}".encode()).hexdigest()
    tail = hashlib.sha256(f"{seed}/{index}".encode()).hexdigest()
    return f"{deployment.name}-{seed[:9]}-{tail[:5]}"


def container(deployment: Resource) -> Mapping[str, Any]:
    """The application container of a Deployment."""
    found: Mapping[str, Any] = deployment.spec["template"]["spec"]["containers"][0]
    return found


def build_pod(deployment: Resource, index: int, addresses: tuple[str, str], injected: bool) -> Pod:
    """Make one pod; `addresses` are its own and its inner address."""
    template = deployment.spec["template"]
    labels = template.get("metadata", {}).get("labels") or {}
    app = container(deployment)
    proxy = "router" if labels.get("istio", "").endswith("gateway") else "sidecar"
    return Pod(
        name=pod_name(deployment, index),
        namespace=deployment.namespace,
        workload=deployment.name,
        service_account=template["spec"].get("serviceAccountName", "default"),
        labels=labels,
        proxy=proxy if injected and labels.get("sidecar.istio.io/inject") != "false" else "",
        image=app.get("image", ""),
        env={entry["name"]: str(entry.get("value", "")) for entry in app.get("env", [])},
        ports=tuple(port["containerPort"] for port in app.get("ports", [])),
        ip=addresses[0],
        app_ip=addresses[1],
    )
