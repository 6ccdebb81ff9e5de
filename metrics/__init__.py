"""The PromQL catalogue and the Prometheus adapter."""
