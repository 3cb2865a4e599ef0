"""Addresses of what people are told."""

from django.urls import path

from generations.alerts import views

urlpatterns = [
    path("t/<slug:team>/notices/", views.notices, name="notices"),
    path("t/<slug:team>/notices/mark/", views.notice_mark, name="notice_mark"),
    path("t/<slug:team>/notices/reading/", views.notice_reading, name="notice_reading"),
    path("t/<slug:team>/notices/rule/", views.notice_rule, name="notice_rule"),
    path("me/notices/", views.mail_choices, name="mail_choices"),
]
