"""Objects of several sources, sorted by where they are; of the same object the first source's counts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from inventory.domain.objects import Object, Objects, Ref, Template
from inventory.domain.telemetry import Place
from inventory.domain.world import Known

T = TypeVar("T", bound=Object)
#: The objects of one namespace, by the name of the source.
BySource = Mapping[str, Sequence[Object]]


class Found(NamedTuple):
    """The objects of one namespace by kind and name, each with the sources that have it."""

    objects: Mapping[Ref, Object]
    known: Mapping[Ref, Known]

    def of(self, kind: type[T]) -> list[tuple[T, Known]]:
        """Those of one class, in order of their sources."""
        return [(one, self.known[ref]) for ref, one in self.objects.items() if isinstance(one, kind)]


def by_place(sources: Iterable[Objects]) -> dict[Place, dict[str, list[Object]]]:
    """Every namespace's objects; a Namespace is in its own."""
    places: dict[Place, dict[str, list[Object]]] = {}
    for source in sources:
        for one in source.objects:
            meta = one.meta
            place = places.setdefault((meta.cluster, meta.namespace or meta.name), {})
            place.setdefault(source.source, []).append(one)
    return places


def merged(sources: BySource) -> Found:
    """One object for each kind and name."""
    objects: dict[Ref, Object] = {}
    known: dict[Ref, Known] = {}
    for source, listed in sources.items():
        alone = frozenset((source,))
        for one in listed:
            ref = Ref(one.kind if isinstance(one, Template) else type(one).__name__, one.meta.name)
            objects.setdefault(ref, one)
            known[ref] = known[ref] | alone if ref in known else alone
    return Found(objects, known)
