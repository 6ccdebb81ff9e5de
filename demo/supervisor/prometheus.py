"""Prometheus: what it scrapes and how it is started."""

import json
from collections.abc import Iterable
from pathlib import Path

import yaml

from demo.controlplane.naming import MONITORING_PORT, STATS_PORT
from demo.controlplane.workloads import Pod

PORT = 9090


def configuration(pods: Iterable[Pod], network: int, scrape_seconds: float) -> str:
    """The configuration file: one target per proxy, labelled as Istio's addon does, and the control plane."""
    targets = [{"targets": [f"{pod.ip}:{STATS_PORT}"], "labels": _labels(pod)} for pod in pods if pod.proxy]
    plane = {
        "targets": [f"127.{network}.0.2:{MONITORING_PORT}"],
        "labels": {"app": "istiod", "namespace": "istio-system", "pod": "istiod"},
    }
    interval = f"{int(scrape_seconds * 1000)}ms"
    return yaml.safe_dump(
        {
            "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": "15s"},
            "scrape_configs": [
                {
                    "job_name": "kubernetes-pods",
                    "honor_labels": True,
                    "metrics_path": "/stats/prometheus",
                    "static_configs": targets,
                    "metric_relabel_configs": _names(),
                },
                {"job_name": "istiod", "static_configs": [plane]},
            ],
        },
        sort_keys=False,
    )


def _labels(pod: Pod) -> dict[str, str]:
    labels = {"namespace": pod.namespace, "pod": pod.name}
    return labels | {name: pod.labels[name] for name in ("app", "version") if name in pod.labels}


def _names() -> list[dict[str, object]]:
    """Envoy writes its prefix before every name; Istio's standard metrics have none."""
    return [
        {
            "source_labels": ["__name__"],
            "regex": "envoy_(istio_.*)",
            "target_label": "__name__",
            "replacement": "$1",
        }
    ]


def command(binary: str, folder: Path, network: int) -> list[str]:
    """The command line; data stays in the run folder."""
    return [
        binary,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=2d",
        "--storage.tsdb.retention.size=512MB",
        f"--web.listen-address={address(network)}",
        "--log.level=warn",
    ]


def address(network: int) -> str:
    """Where Prometheus listens."""
    return f"127.{network}.0.3:{PORT}"


def requests_seen(answer: bytes) -> bool:
    """Whether the answer of an instant query has any sample."""
    return bool(json.loads(answer)["data"]["result"])
