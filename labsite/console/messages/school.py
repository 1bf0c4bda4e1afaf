"""What is said of the lesson.

hint.wanted         {step}
question.answered   {id, question, answer: [text]}  the options that were chosen, or the one text
step.skipped        {id, step}                      the solution of the current step is to be played; it will count nothing
step.left           {id, step}                      it was played: go on
step.begun-again    {id, step}                      back to the moment at which the step began, on a new branch
exam.ended          {id}                            hand in
"""

from labsite.console.messages.base import Answers, Input, Message, Name


class HintWanted(Message, tag="hint.wanted", frozen=True):
    """The next hint for a step, please."""

    step: Name


class QuestionAnswered(Input, tag="question.answered", frozen=True):
    """A question of the lesson was answered."""

    question: Name
    answer: Answers


class StepSkipped(Input, tag="step.skipped", frozen=True):
    """The solution of a step is wanted."""

    step: Name


class StepLeft(Input, tag="step.left", frozen=True):
    """A step whose solution was played is to be left."""

    step: Name


class StepBegunAgain(Input, tag="step.begun-again", frozen=True):
    """A step is to be done again, with the cluster as it was when it began."""

    step: Name


class ExamEnded(Input, tag="exam.ended", frozen=True):
    """The exam is handed in."""


All = HintWanted | QuestionAnswered | StepSkipped | StepLeft | StepBegunAgain | ExamEnded
