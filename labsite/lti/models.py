"""What is known of learning platforms: which there are, who and what comes from them, and what is owed to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from labsite.classes.models import Classroom, Seat
from labsite.outside.parcels import Parcel
from labsite.outside.requests import origin


class Platform(models.Model):
    """A registration: a platform that knows Podlab as the tool *client*."""

    name = models.CharField(max_length=80)
    issuer = models.CharField(max_length=255)
    client = models.CharField(max_length=255)
    deployments = models.JSONField(default=list)  # the ids of those that are admitted
    authorization = models.CharField(max_length=500)  # the platform's end points, as addresses
    token = models.CharField(max_length=500)
    keys = models.CharField(max_length=500)
    audience = models.CharField(max_length=500, blank=True)  # for whom our assertions are, if not for `token`
    more_origins = models.JSONField(default=list)  # beside those of the end points: where its pages and services are
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "client"], name="one_registration_of_a_tool")
        ]

    def __str__(self) -> str:
        return self.name

    def origins(self) -> list[str]:
        """Where its pages may stand, and its services: what may frame a launch, and what may be asked."""
        return sorted({*map(origin, (self.authorization, self.token, self.keys)), *self.more_origins})


class Key(models.Model):
    """A key with which Podlab signs. The newest signs; older ones are shown to platforms until they are forgotten."""

    name = models.CharField(max_length=32, unique=True)  # its `kid`
    sealed = models.BinaryField()  # the private key, readable with the site's SECRET_KEY alone (keys.py)
    public = models.JSONField()  # as a JWK
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created", "-id"]

    def __str__(self) -> str:
        return self.name


class Launch(models.Model):
    """A launch that is under way. It is taken once: by its state when the platform sends somebody back, then by its ticket."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="launches")
    secret = models.CharField(max_length=64, unique=True)  # the state or the ticket
    nonce = models.CharField(max_length=64)
    browser = models.CharField(max_length=64)  # the digest of what its cookie holds; empty: no session may come of it
    claims = models.JSONField(null=True)  # what the platform says, once it has
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"a launch from {self.platform}"


class Identity(models.Model):
    """Who somebody is for a platform."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["platform", "subject"], name="one_user_of_a_subject")]

    def __str__(self) -> str:
        return f"{self.user} at {self.platform}"


class Context(models.Model):
    """A course of a platform, which is a class here."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="contexts")
    deployment = models.CharField(max_length=255)
    name = models.CharField(max_length=255)  # the platform's id
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="contexts")
    memberships = models.CharField(max_length=2000, blank=True)  # where the names are
    synced = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "deployment", "name"], name="one_class_of_a_context")
        ]

    def __str__(self) -> str:
        return f"{self.classroom} at {self.platform}"


class Place(models.Model):
    """Which seat somebody has who is known to the platform, but was not here yet."""

    context = models.ForeignKey(Context, on_delete=models.CASCADE, related_name="places")
    subject = models.CharField(max_length=255)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="places")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["context", "subject"], name="one_place_of_a_subject")]

    def __str__(self) -> str:
        return f"a place in {self.context}"


class Link(models.Model):
    """A link in a course of the platform that leads here; marks of its lesson go back to its line in the gradebook."""

    context = models.ForeignKey(Context, on_delete=models.CASCADE, related_name="links")
    name = models.CharField(max_length=255)  # the platform's id
    title = models.CharField(max_length=255, blank=True)
    lesson = models.SlugField(max_length=100, blank=True)  # empty: to the class
    line = models.CharField(max_length=2000, blank=True)  # the address of its line
    lines = models.CharField(max_length=2000, blank=True)  # where lines are made; empty: they may not be

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["context", "name"], name="one_link_of_a_resource")]

    def __str__(self) -> str:
        return f"{self.title or self.lesson} in {self.context}"


class Score(Parcel):
    """The newest mark of somebody, on its way to the line of a link."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="scores")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lti_scores")
    points = models.FloatField()
    of = models.FloatField()
    finished = models.BooleanField(default=False)
    when = models.DateTimeField()  # the mark was given
    comment = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "user"], name="one_score_on_a_line")]

    def __str__(self) -> str:
        return f"{self.points} of {self.of} for {self.user}"
