"""The door to whatever knows the objects of a cluster."""

from typing import Protocol

from inventory.domain.objects import Objects


class ObjectSource(Protocol):
    """An adapter: Kubernetes API or a folder of manifests."""

    name: str

    def start(self) -> None:
        """Begin to follow the source in threads of its own; returns at once. Starting twice is once."""

    def stop(self) -> None:
        """End the threads."""

    def objects(self) -> Objects:
        """What is known now; never waits on the source, never raises. Before the first answer: everything
        is a ``Gap`` that says so.
        """
