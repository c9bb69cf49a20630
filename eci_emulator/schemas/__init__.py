"""Marshmallow: request parameters to typed records, records to responses."""
