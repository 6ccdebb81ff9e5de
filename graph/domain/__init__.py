"""Pure decisions about the call graph: a query and a snapshot in, a document out."""
