"""A gRPC service: every method answers with some bytes, or fails with UNAVAILABLE."""

from typing import Any

from demo.apps.behaviour import Behaviour
from demo.apps.spec import Spec
from demo.podlog import PodLog


async def run(spec: Spec, log: PodLog) -> None:
    """Serve on every port of the pod."""
    import grpc

    behaviour = Behaviour(spec)

    async def answer(_request: bytes, context: Any) -> bytes:
        settings = await behaviour.work()
        if behaviour.chance(settings.error_share):
            await context.abort(grpc.StatusCode.INTERNAL, "no price for this item")
        return b"p" * settings.response_bytes

    class Methods(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc has no types
        """Every method is the same one."""

        def service(self, _details: Any) -> Any:
            """The handler of a method."""
            return grpc.unary_unary_rpc_method_handler(answer)

    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Methods(),))
    for port in spec.ports:
        server.add_insecure_port(f"{spec.listen_ip}:{port}")
    await server.start()
    log.say(f"INFO {spec.workload} listens on {', '.join(map(str, spec.ports))}")
    await server.wait_for_termination()
