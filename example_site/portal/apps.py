from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "example_site.portal"
    label = "portal"
    verbose_name = "Example portal"

    def ready(self) -> None:
        from example_site.portal import directory

        directory.connect()
