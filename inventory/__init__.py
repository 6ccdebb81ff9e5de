"""What exists in the mesh; here: what telemetry alone proves."""
