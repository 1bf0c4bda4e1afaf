"""Addresses of authoring."""

from django.urls import path

from labsite.authoring import arriving, published, publishing, views

urlpatterns = [
    path("drafts/", views.index, name="drafts"),
    path("drafts/import/", arriving.bring, name="import-lesson"),
    path("drafts/fetch/", arriving.fetch, name="fetch-lesson"),
    path("drafts/published/<slug:slug>/", published.versions, name="my-lesson"),
    path("drafts/published/<slug:slug>/<slug:digest>.zip", published.download, name="my-lesson-zip"),
    path("drafts/published/<slug:slug>/<slug:digest>/", published.act, name="my-lesson-version"),
    path("drafts/new/", views.make, name="make-draft"),
    path("drafts/<uuid:draft>/bench/", views.bench, name="draft-bench"),
    path("drafts/<uuid:draft>/", views.desk, name="draft-desk"),
    path("drafts/<uuid:draft>/whole.json", views.whole, name="draft-whole"),
    path("drafts/<uuid:draft>/save/", views.save, name="draft-save"),
    path("drafts/<uuid:draft>/do/<slug:work>/", views.go, name="draft-work"),
    path("drafts/<uuid:draft>/preview/<slug:language>/", views.show, name="draft-preview"),
    path("drafts/<uuid:draft>/publish/", publishing.publish, name="draft-publish"),
    path("drafts/<uuid:draft>/withdraw/", publishing.withdraw, name="draft-withdraw"),
    path("drafts/<uuid:draft>/lesson.zip", publishing.download, name="draft-download"),
    path("drafts/<uuid:draft>/delete/", views.delete, name="draft-delete"),
]
