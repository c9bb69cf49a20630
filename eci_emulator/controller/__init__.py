"""Reconciling one container group: desired against observed."""
