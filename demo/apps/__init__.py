"""The programs of the demo mesh: small, but they really call each other."""
