"""Starts every process of the demo, watches them, and leaves none behind."""
