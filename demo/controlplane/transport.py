"""Transport sockets: mutual TLS with SPIFFE identities, and the TLV by which a TCP client names itself."""

import base64

from demo.controlplane.naming import transport
from demo.controlplane.objects import Json
from demo.controlplane.workloads import Pod

PEER_TLV = (
    0xE0  # first of the types that PROXY protocol v2 leaves to applications; one per field of the identity
)
_PARAMETERS = {"tls_minimum_protocol_version": "TLSv1_2", "tls_maximum_protocol_version": "TLSv1_3"}


def _common(alpn: list[str], names: list[Json]) -> Json:
    return {
        "tls_params": _PARAMETERS,
        "alpn_protocols": alpn,
        "tls_certificate_sds_secret_configs": [{"name": "default"}],
        "combined_validation_context": {
            "default_validation_context": {"match_typed_subject_alt_names": names} if names else {},
            "validation_context_sds_secret_config": {"name": "ROOTCA"},
        },
    }


def server_tls() -> Json:
    """A server's side of mutual TLS: a certificate of the mesh is asked for."""
    config: Json = {
        "@type": transport("tls.v3.DownstreamTlsContext"),
        "require_client_certificate": True,
        "common_tls_context": _common(
            ["h2", "http/1.1"], [{"san_type": "URI", "matcher": {"prefix": "spiffe://"}}]
        ),
    }
    return {"name": "envoy.transport_sockets.tls", "typed_config": config}


def client_tls(server_name: str, principals: list[str], alpn: list[str]) -> Json:
    """A client's side: the server must show one of these SPIFFE URIs."""
    names: list[Json] = [{"san_type": "URI", "matcher": {"exact": principal}} for principal in principals]
    config: Json = {
        "@type": transport("tls.v3.UpstreamTlsContext"),
        "sni": server_name,
        "common_tls_context": _common(alpn, names),
    }
    return {"name": "envoy.transport_sockets.tls", "typed_config": config}


def raw() -> Json:
    """Plain text."""
    config = {"@type": transport("raw_buffer.v3.RawBuffer")}
    return {"name": "envoy.transport_sockets.raw_buffer", "typed_config": config}


def naming_client(inner: Json, pod: Pod) -> Json:
    """Wrap a transport so that each connection starts with the client's identity (PROXY protocol v2)."""
    values = enumerate(pod.peer_metadata.split(";"))
    tlvs = [{"type": PEER_TLV + n, "value": base64.b64encode(v.encode()).decode()} for n, v in values if v]
    config: Json = {
        "@type": transport("proxy_protocol.v3.ProxyProtocolUpstreamTransport"),
        "config": {"version": "V2", "added_tlvs": tlvs},
        "transport_socket": inner,
    }
    return {"name": "envoy.transport_sockets.upstream_proxy_protocol", "typed_config": config}


def matches(tls: Json, plain: Json) -> list[Json]:
    """Istio's automatic choice by endpoint: TLS where the endpoint says so, plain text elsewhere."""
    return [
        {"name": "tlsMode-istio", "match": {"tlsMode": "istio"}, "transport_socket": tls},
        {"name": "tlsMode-disabled", "match": {}, "transport_socket": plain},
    ]
