"""The wire: dialects in, JSON or XML out, signatures, the error envelope."""
