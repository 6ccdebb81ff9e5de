"""The way in and back: single-flight collection of the mesh, interest, storage, jobs."""
