"""Loopback addresses: one /16 of 127.0.0.0/8 per demo, one address per pod, service and outside host."""


class AddressBook:
    """Hands out addresses, the same one for the same key as long as the book lives.

    `127.x.0.n` is a pod, `127.x.1.n` the inside of the same pod, `127.x.2.n` the virtual address of a
    service and `127.x.3.n` a host outside the mesh.
    """

    def __init__(self, network: int) -> None:
        """`network` is the second number of the addresses, 1 to 254."""
        self.network = network
        self._given: dict[int, dict[str, int]] = {}

    def pod(self, key: str) -> tuple[str, str]:
        """The address of a pod and of its inside."""
        number = self._number(0, key)
        return f"127.{self.network}.0.{number}", f"127.{self.network}.1.{number}"

    def service(self, key: str) -> str:
        """The virtual address of a service."""
        return f"127.{self.network}.2.{self._number(2, key)}"

    def outside(self, key: str) -> str:
        """The address at which the demo plays a host outside the mesh."""
        return f"127.{self.network}.3.{self._number(3, key)}"

    def _number(self, block: int, key: str) -> int:
        given = self._given.setdefault(block, {})
        if key not in given:
            if len(given) >= 240:
                raise ValueError("the demo mesh has room for 240 pods and 240 services")
            given[key] = len(given) + 10
        return given[key]
