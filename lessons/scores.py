"""What a learner's work in a lesson is worth.

Each check and question counts its weight. In a lesson or mission those of a step that is reached count, a question if the first answer
was right; a step whose solution was played counts nothing. In an exam all that was fulfilled counts, whether or not its step was.
"""

from typing import Any

from lessons.catalogue import Lesson, Step

Progress = dict[str, Any]


def score(lesson: Lesson, progress: Progress) -> dict[str, Any]:
    """points, total, percent, and of an exam whether it is passed."""
    total = sum(sum(step.weights.values()) for step in lesson.steps)
    points = sum(of_step(lesson, step, progress) for step in lesson.steps)
    percent = 100 * points // total
    return {
        "points": points,
        "total": total,
        "percent": percent,
        "passed": percent >= lesson.passing if lesson.is_exam else None,
    }


def of_step(lesson: Lesson, step: Step, progress: Progress) -> int:
    """The points for one step."""
    answers = progress.get("answers", {})
    if lesson.is_exam:
        return sum(step.weights[name] for name in progress.get("passed", {}).get(step.id, ()) if name in step.weights)
    if step.id not in progress["done"] or step.id in progress.get("skipped", []):
        return 0
    wrong = [name for name in step.questions if answers.get(name, {}).get("tries") != 1]
    return sum(weight for name, weight in step.weights.items() if name not in wrong)
