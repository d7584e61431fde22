"""Providers: code for one remote service each. Which ones a site offers is ESM_PORTAL["PROVIDERS"]."""
