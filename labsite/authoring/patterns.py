"""The complaints of the parts of a lesson's files as patterns, each with what it is in the author's language (misspellings.py)."""

from django.utils.translation import gettext_noop as _

LESSON = (
    (r"`values` is a mapping of names to choices", _("`values` gives each name its choices.")),
    (
        r"'([^']*)' is no name for a value: .*",
        _("{_1} is no name for a value: use letters and digits, a small letter first."),
    ),
    (
        r"write a list of two or more words or numbers, or .*",
        _("Write two or more words or numbers as a list, or from which number to which."),
    ),
    (r"a weight is a whole number from 1 to 100", _("A weight is a whole number from 1 to 100.")),
    (r"the file cannot be read: (.*)", _("The file cannot be read: {_1}")),
    (
        r"an object is written resource/namespace/name, not '(.*)'",
        _("An object is written resource/namespace/name, not {_1}."),
    ),
    (
        r"a container is written pods/namespace/name/container, not '(.*)'",
        _("A container is written pods/namespace/name/container, not {_1}."),
    ),
    (r"cannot read the path '(.*)'", _("The path {_1} cannot be read.")),
    (r"'([^']*)' must be a list of 1 to (\d+) checks", _("{_1} must be a list of 1 to {_2} checks.")),
    (r"'([^']*)' must be (.*), not (.*)", _("{_1} must be {_2}, not {_3}.")),
    (
        r"the question '([^']*)' needs two to (\d+) options, a right one among them",
        _("The question {_1} needs two to {_2} options, a right one among them."),
    ),
    (
        r"the question '([^']*)': '([^']*)' cannot be the name of a foreseen answer",
        _("The question {_1}: {_2} cannot be the name of a foreseen answer."),
    ),
    (r"Expected `(.*)` of length (.*)", _("There must be {_2} entries or characters here.")),
    (r"Expected `(.*)` (>=|<=) (.*)", _("The number must be {_2} {_3}.")),
    (
        r"Expected `str` matching regex .*",
        _("This is no name: use lower-case letters, digits and hyphens."),
    ),
    (r"Expected `(.*)`, got `(.*)`", _("Here {_1} is expected, not {_2}.")),
    (r"Expected a mapping, got (.*)", _("Here a mapping is expected, not {_1}.")),
    (r"Invalid enum value '(.*)'", _("{_1} is none of the words that can stand here.")),
)
PROSE = (
    (
        r"the heading '(.*)' belongs to nothing: it must stand below a step, .*",
        _("The heading {_1} belongs to nothing: it must stand below a step."),
    ),
    (
        r"the heading '(.*)' belongs to nothing: .*",
        _("The heading {_1} belongs to nothing: it must stand below a question and have the id of an answer."),
    ),
    (
        r"a second debrief, '(.*)': a step needs its id, .*",
        _("There are two debriefs: {_1} is the second. A step needs its id."),
    ),
    (r"the lines between `---` are no YAML", _("The lines between --- are no YAML.")),
    (
        r"between the lines `---` stands `original: \.\.\.` and nothing else",
        _("Between the lines --- stands the line “original” and nothing else."),
    ),
    (r"text before the title: begin with `# Title`", _("There is text before the title. Begin with the title.")),
    (r"([a-z0-9-]+): the question ([a-z0-9-]+) has no text: .*", _("The question {_2} has no text (step {_1}).")),
    (
        r"([a-z0-9-]+): the answer ([a-z0-9-]+) has no reply: .*",
        _("The answer {_2} of the question {_1} has no reply."),
    ),
    (
        r"([a-z0-9-]+): there is no answer '([^']*)' in lesson\.yaml",
        _("There is no answer {_2} of the question {_1} in lesson.yaml."),
    ),
    (
        r"a console block without a command: .*: (.*)",
        _("A console block has no command, which would begin with “$ ”: {_1}"),
    ),
    (
        r"a console block for the host '([^']*)', which this cluster does not have: (.*)",
        _("A console block is for the host {_1}, which this cluster does not have. There are: {_2}."),
    ),
    (r"the picture (\w[\w-]*) cannot be drawn: (.*)", _("The picture {_1} cannot be drawn: {_2}")),
    (
        r"a file block needs a path that begins with /, not '(.*)'",
        _("A file block needs a path that begins with /, not {_1}."),
    ),
)
TRANSCRIPT = (
    (r"the front matter cannot be read: ((?s:.*))", _("The lines between --- cannot be read: {_1}")),
    (r"the front matter is no mapping", _("Between the lines --- stand keys with values.")),
    (r"the block is not closed", _("The block is not closed.")),
    (r"which question\? .*", _("It is not said which question is answered.")),
    (r"output before the first command", _("There is output before the first command.")),
    (r"the answer to '([^']*)' is refused: (.*)", _("The answer to {_1} is refused: {_2}")),
    (r"the answer to '([^']*)' is not right", _("The answer to {_1} is not right.")),
)
# Of the scenario in lesson.yaml (simulator/cluster/scenario.py).
SCENARIO = (
    (r"(.*): this cannot be read: (.*)", _("{_1} cannot be read: {_2}")),
    (r"(.*): expected a mapping, got (.*)", _("{_1}: here keys with values are expected, not {_2}.")),
    (r"(.*): unknown key '([^']*)'; known are (.*)", _("{_1}: there is no key {_2}. There are: {_3}.")),
    (r"a node needs a name", _("A node needs a name.")),
    (r"two nodes have the same name", _("Two nodes have the same name.")),
    (r"a cluster has at most (\d+) nodes", _("A cluster has at most {_1} nodes.")),
    (r"exactly one node must have the role control-plane", _("Exactly one node must have the role control-plane.")),
    (
        r"node (\S+): grace period must be specified for the soft eviction threshold (.*)",
        _("Node {_1}: the soft eviction threshold {_2} needs a grace period."),
    ),
    (r"node (\S+): (.*)", _("Node {_1}: {_2}")),
    (r"unknown fault '?([^']*)'?; known are (.*)", _("There is no fault {_1}. There are: {_2}.")),
    (r"fault (\S+): there is no node '(.*)'", _("The fault {_1}: there is no node {_2}.")),
    (r"fault (\S+): (\w+) is missing", _("The fault {_1} needs the key {_2}.")),
    (
        r"fault (\S+): (\w+) must be a whole number from 0 to (\d+)",
        _("The fault {_1}: {_2} must be a whole number from 0 to {_3}."),
    ),
    (
        r"fault (\S+): (\w+) must be text of at most (\d+) characters",
        _("The fault {_1}: {_2} must be text of at most {_3} characters."),
    ),
    (r"fault (\S+): (\w+) must be a number of seconds", _("The fault {_1}: {_2} must be a number of seconds.")),
    (
        r"not simulated here: fault (\S+) on the node of the control plane",
        _("The fault {_1} is not simulated on the node of the control plane."),
    ),
    (r"not simulated here: admission plugin (.*)", _("The admission plug-in {_1} is not simulated.")),
    (r"objects: unknown kind '(.*)'", _("There is no kind {_1}.")),
    (r"objects: (.*)", _("The object is refused: {_1}")),
)
