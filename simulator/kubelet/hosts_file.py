"""`/etc/hosts`, the host name and `/etc/resolv.conf` of a Pod (pkg/kubelet/kubelet_pods.go, network/dns/dns.go)."""

from typing import Any

from simulator.api.requests import Obj

MOST_HOSTNAME = 63
MOST_NAMESERVERS = 3
MOST_SEARCHES = 32
MOST_SEARCH_CHARACTERS = 2048
CLUSTER_DOMAIN = "cluster.local"
HEADER = "# Kubernetes-managed hosts file.\n"
HOST_HEADER = "# Kubernetes-managed hosts file (host network).\n"
COMMON = (
    "127.0.0.1\tlocalhost\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::0\tip6-localnet\n"
    "fe00::0\tip6-mcastprefix\n"
    "fe00::1\tip6-allnodes\n"
    "fe00::2\tip6-allrouters\n"
)


def cut(name: str) -> str:
    """A host name, cut to what Linux takes."""
    return name[:MOST_HOSTNAME].rstrip("-.") if len(name) > MOST_HOSTNAME else name


def hostname_and_domain(pod: Obj, cluster_domain: str = CLUSTER_DOMAIN) -> tuple[str, str]:
    """The short name of the Pod's host and, if it has a subdomain, its domain."""
    spec, meta = pod["spec"], pod["metadata"]
    name = cut(spec.get("hostname") or meta["name"])
    subdomain = spec.get("subdomain")
    return name, f"{subdomain}.{meta['namespace']}.svc.{cluster_domain}" if subdomain else ""


def uts_name(pod: Obj, node: str) -> str:
    """What `hostname` says in the Pod."""
    if pod["spec"].get("hostNetwork"):
        return node
    if pod["spec"].get("hostnameOverride"):
        return str(pod["spec"]["hostnameOverride"])
    name, domain = hostname_and_domain(pod)
    return f"{name}.{domain}" if pod["spec"].get("setHostnameAsFQDN") and domain else name


def hosts_file(pod: Obj, ip: str, node_hosts: str) -> str:
    """`/etc/hosts` for the Pod with address *ip*; *node_hosts* is the node's file, for Pods in its network."""
    spec = pod["spec"]
    if spec.get("hostNetwork"):
        return HOST_HEADER + node_hosts + aliases(spec)
    name, domain = hostname_and_domain(pod)
    own = f"{ip}\t{name}.{domain}\t{name}\n" if domain else f"{ip}\t{name}\n"
    return HEADER + COMMON + own + aliases(spec)


def aliases(spec: Obj) -> str:
    """The lines of `hostAliases`."""
    entries = spec.get("hostAliases") or ()
    if not entries:
        return ""
    lines = [f"{entry['ip']}\t" + "\t".join(entry.get("hostnames") or ()) + "\n" for entry in entries]
    return "\n# Entries added by HostAliases.\n" + "".join(lines)


def dns_config(pod: Obj, node: dict[str, list[str]], cluster_dns: str) -> tuple[dict[str, list[str]], list[str]]:
    """What stands in the Pod's resolv.conf (servers, searches, options), and the warnings about what was left out.

    *node* is the resolv.conf of the node in the same form.
    """
    config, warnings = limited(by_policy(pod, node, cluster_dns))
    return merge(config, pod["spec"].get("dnsConfig") or {}), warnings


def by_policy(pod: Obj, node: dict[str, list[str]], cluster_dns: str) -> dict[str, list[str]]:
    """What `dnsPolicy` alone makes of it."""
    policy = pod["spec"].get("dnsPolicy") or "ClusterFirst"
    in_cluster = policy == "ClusterFirstWithHostNet" or (
        policy == "ClusterFirst" and not pod["spec"].get("hostNetwork")
    )
    if policy == "None":
        return {"servers": [], "searches": [], "options": []}
    if not in_cluster:
        return {key: list(node.get(key) or []) for key in ("servers", "searches", "options")}
    services = f"svc.{CLUSTER_DOMAIN}"
    searches = [f"{pod['metadata']['namespace']}.{services}", services, CLUSTER_DOMAIN]
    return {
        "servers": [cluster_dns],
        "searches": unique(searches + list(node.get("searches") or [])),
        "options": ["ndots:5"],
    }


def merge(config: dict[str, list[str]], own: dict[str, Any]) -> dict[str, list[str]]:
    """The configuration with the Pod's own `dnsConfig` added; its options go before those of the same name."""
    added = [option_text(entry) for entry in own.get("options") or ()]
    names = {text.partition(":")[0] for text in added}
    kept = [text for text in config["options"] if text.partition(":")[0] not in names]
    return {
        "servers": unique(config["servers"] + list(own.get("nameservers") or []))[:MOST_NAMESERVERS],
        "searches": unique(config["searches"] + list(own.get("searches") or []))[:MOST_SEARCHES],
        "options": kept + added,
    }


def option_text(entry: Obj) -> str:
    """`ndots:2` or `edns0`."""
    return f"{entry['name']}:{entry['value']}" if entry.get("value") is not None else str(entry["name"])


def unique(names: list[str]) -> list[str]:
    """*names* without repetition."""
    return list(dict.fromkeys(names))


def limited(config: dict[str, list[str]]) -> tuple[dict[str, list[str]], list[str]]:
    """The configuration cut to what the C library reads, and what the event says about it."""
    warnings = []
    servers, searches = config["servers"][:MOST_NAMESERVERS], config["searches"][:MOST_SEARCHES]
    while len(" ".join(searches)) > MOST_SEARCH_CHARACTERS:
        searches = searches[:-1]
    if searches != config["searches"]:
        text = "Search Line limits were exceeded, some search paths have been omitted, the applied search line is: "
        warnings.append(text + " ".join(searches))
    if servers != config["servers"]:
        text = "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: "
        warnings.append(text + " ".join(servers))
    return {**config, "servers": servers, "searches": searches}, warnings
