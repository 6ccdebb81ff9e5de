"""The call graph: build, project, verdicts, totals."""
