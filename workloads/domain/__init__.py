"""Pure rules: rows of lists, their order, what a page says."""
