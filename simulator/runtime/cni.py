"""The file that says how a node connects its Pods, without which containerd has no network for them (go-cni, containernetworking/cni)."""

import json

FOLDER = "/etc/cni/net.d"
FILE = f"{FOLDER}/10-podlab.conflist"
KINDS = (".conf", ".conflist", ".json")


def config(pods: str) -> str:
    """A bridge whose addresses are the network *pods*, and the ports of the node."""
    addresses = {"type": "host-local", "ranges": [[{"subnet": pods}]], "routes": [{"dst": "0.0.0.0/0"}]}
    bridge = {"type": "bridge", "bridge": "cni0", "isDefaultGateway": True, "hairpinMode": True, "mtu": 1450}
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    plugins = [bridge | {"ipam": addresses}, ports]
    return json.dumps({"cniVersion": "1.0.0", "name": "podlab", "plugins": plugins}, indent=2) + "\n"
