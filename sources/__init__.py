"""The way out: HTTP sessions to configured sources, with timeouts, pools, retries, size caps, a breaker."""
