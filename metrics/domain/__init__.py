"""Pure decisions of the metrics app: how answers become columns and how bucket queries are sliced."""
