"""Usage intervals in, ledger lines and bills out."""
