"""The market, and one page that fails with a person's record in its hands."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from marketplace import urls

handler400, handler500 = urls.handler400, urls.handler500


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    record = {"song": request.GET["value"]}
    raise ValueError(f"cannot show {record}")


urlpatterns = [path("fault/", fail, name="fault"), *urls.urlpatterns]
