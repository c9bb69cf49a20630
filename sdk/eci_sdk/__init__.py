"""A small typed SDK for Alibaba Cloud ECI, real or emulated."""
