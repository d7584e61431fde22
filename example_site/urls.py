"""URLs of the example site."""

from django.contrib.auth import views
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("sign-in/", views.LoginView.as_view(), name="sign_in"),
    path("sign-out/", views.LogoutView.as_view(), name="sign_out"),
    path("language/", include("django.conf.urls.i18n")),
    path("", include(wagtail_urls)),
]
