"""Addresses of money."""

from django.urls import path

from .views import payments

app_name = "billing"

urlpatterns = [path("deals/<int:pk>/payments/", payments.payments, name="payments")]
