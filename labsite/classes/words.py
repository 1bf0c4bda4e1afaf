"""The words of static/js/room.js in the reader's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from labsite.pages.words import PUNCTUATION

WORDS = (
    _("Connected"),
    _("Trying again…"),
    _("You are not logged in any more."),
    _("There is no such class, or you do not teach it."),
    _("Free lab"),
    _("not here yet"),
    _("has begun nothing yet"),
    _("{done} / {total} steps"),
    _("finished"),
    _("no progress for {minutes} min"),
    _("hand raised {minutes} min ago"),
    _("hand raised just now"),
    _("Take the hand down"),
    _("Learners: {number}; hands raised: {hands}"),
    _("Hand raised: {name}"),
    _("Sending…"),
    _("Sent."),
    _("Replay"),
    _("Replay what {name} has done"),
    _("Pause all clocks"),
    _("Let the clocks go"),
    _("{name} has paused the clocks of the class."),
    _("Ask for the keyboard"),
    _("Do not ask any more"),
    _("Give the keyboard back"),
    _("{name} has the keyboard."),
    _("You have the keyboard: what you type goes into the learner's cluster."),
    _("Waiting for the learner's answer…"),
    _("The learner has the keyboard."),
    _("The learner was asked just now. Wait a moment."),
    _("Choose {name}"),
    _("For those whom you have chosen: {number}"),
    _("For everybody in the class; choose seats in the room to help some"),
    _("Sent. Learners: {number}"),
    _("That was refused: {reason}"),
    _("Too many messages. Wait a moment and send it again."),
)

# What goes wrong in a cluster (simulator/cluster/fault_kinds.py).
FAULTS = (
    _("A registry refuses connections"),
    _("A registry answers that it is unavailable"),
    _("Each pull from a registry takes so many seconds longer"),
    _("An image on a node is corrupt"),
    _("Nodes cannot prepare the start of containers"),
    _("The network plug-in of a node is missing"),
    _("The container runtime of a node does not answer"),
    _("The kubelet of a node does not run; its containers go on"),
    _("A node is switched off; afterwards it boots"),
    _("Something fills so many percent of a node's disk"),
    _("Something takes so many percent of a node's memory"),
    _("Something takes so many percent of a node's process numbers"),
    _("What a node sends and gets takes so much longer each way"),
    _("Somebody deletes a Pod, with no time to end"),
    _("Somebody kills process 1 of a Pod's containers, or of one"),
)


def room_words() -> dict[str, str]:
    """Each word with what it is in the language of this request."""
    return {word: gettext(word) for word in (*PUNCTUATION, *WORDS)}
