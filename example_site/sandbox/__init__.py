"""The example company's blog, wiki and forum: a small local server with real feeds.

Standard library only, and nothing of Django or esm_portal: to the portal these are three sites like any.
"""
