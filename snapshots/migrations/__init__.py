"""Database migrations of the snapshots app."""
