"""Image caches, data caches, registries and credentials."""
