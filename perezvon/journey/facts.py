"""The ledger itself declares nothing: rooms do."""
