#!/usr/bin/env python3
"""The site's command line."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labsite.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The settings cannot be meant: {error}")
    except DatabaseError as error:
        if "--traceback" in sys.argv:
            raise
        cure = "manage.py doctor says what is wrong; manage.py migrate brings the tables of this release."
        sys.exit(f"The database cannot be used as it is: {error}\n{cure}")
