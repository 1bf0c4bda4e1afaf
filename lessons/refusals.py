"""What is said when something that somebody brought cannot be taken."""


class Refused(Exception):
    """It cannot be taken; the text says why, in the language of whoever asked."""
