"""A lesson's text as the page shows it: the introduction, the steps and the questions, as HTML."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe

from lessons import markdown
from lessons.catalogue import Lesson, Step
from lessons.questions import Question
from lessons.texts import LessonText, QuestionText, StepText


def prose(lesson: Lesson, text: LessonText) -> dict[str, Any]:
    """The introduction and the steps."""
    return {"intro": as_html(text.intro), "steps": [step_prose(step, text.steps[step.id]) for step in lesson.steps]}


def step_prose(step: Step, text: StepText) -> dict[str, Any]:
    """A step with its questions."""
    asked = [question_prose(question, text.questions[name]) for name, question in step.questions.items()]
    return {"id": step.id, "title": text.title, "html": as_html(text.body), "questions": asked}


def question_prose(question: Question, text: QuestionText) -> dict[str, Any]:
    """A question with what can be chosen."""
    options = [(name, as_line(text.answers[name][0])) for name in question.options]
    facts = {"id": question.id, "kind": question.kind, "several": question.several}
    return {**facts, "html": as_html(text.body), "options": options}


def as_html(text: str) -> SafeString:
    """A piece of lesson text. What the Markdown renderer makes is safe: it lets nothing through but text and its marks."""
    return mark_safe(markdown.render(text))


def as_line(text: str) -> SafeString:
    """A line of it, without a paragraph."""
    return mark_safe(markdown.render_line(text))
