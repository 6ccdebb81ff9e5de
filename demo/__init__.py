"""A real mesh on one machine: Envoy proxies, small services, a small control plane, load."""
