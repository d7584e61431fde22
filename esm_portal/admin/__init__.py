"""The "Social" part of the Wagtail admin. Nothing outside this package imports wagtail_modeladmin."""
