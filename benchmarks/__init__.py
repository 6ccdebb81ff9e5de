"""Measured comparisons on a reference mesh. docs/benchmarks.md says what is measured against what."""
