"""Who asks, and which namespaces they may see: one function, used everywhere."""
