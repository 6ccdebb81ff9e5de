"""The pages where everything meets: overview, lists, and the detail page of each thing."""
