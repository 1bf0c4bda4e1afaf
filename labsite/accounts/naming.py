"""Names for accounts that another site vouches for."""

import re
import secrets

from labsite.accounts.models import User


def free_name(name: str, nameless: str) -> str:
    """A user name that nobody has, like *name*; like *nameless* where that has nothing to take."""
    plain = re.sub(r"[^\w.@+-]+", ".", name).strip(".")[:100] or nameless
    taken = plain == nameless or User.objects.filter(username__iexact=plain).exists()
    return f"{plain}-{secrets.token_hex(4)}" if taken else plain
