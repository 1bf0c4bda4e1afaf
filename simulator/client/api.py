"""What the components speak to: the API server, with all rights (client-go's clientset).

What it hands out is shared and frozen: copy what you change. Namespaces of what has none are "" or None.
"""

from typing import Any

from simulator.apiserver.server import APIServer

API = APIServer
Obj = dict[str, Any]
