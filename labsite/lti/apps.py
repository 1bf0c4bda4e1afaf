"""LTI 1.3: Podlab as a tool of learning platforms."""

from importlib import import_module

from django.apps import AppConfig


class LtiConfig(AppConfig):
    """Launches, deep linking, grades and rosters, as IMS LTI 1.3 and LTI Advantage say."""

    name = "labsite.lti"
    label = "lti"

    def ready(self) -> None:
        """Hear of every mark; what hears it needs the models."""
        signals, scores = import_module("labsite.grades.signals"), import_module("labsite.lti.scores")
        signals.marked.connect(scores.hear, dispatch_uid="lti")
