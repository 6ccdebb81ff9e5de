"""The small control plane of the demo mesh: manifests in, Envoy configuration out."""
