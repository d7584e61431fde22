"""The sync engine: provider-neutral. engine (one run) > store (one transaction) > decide (pure)."""
