"""The OpenAPI documents, shipped as package data."""
