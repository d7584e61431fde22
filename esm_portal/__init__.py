"""Wagtail apps that bring a company's enterprise social media into its intranet."""

__version__ = "0.1.0.dev0"
