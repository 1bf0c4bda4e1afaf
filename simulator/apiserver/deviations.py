"""What the API server does differently here, or not at all: for the list of known deviations that a learner can read."""

DEVIATIONS = {
    "custom-resources": "Rules in CEL (x-kubernetes-validations) are stored with a warning, and not evaluated; webhooks that convert custom "
    "objects are refused; of the formats of texts, the rare ones (such as isbn, creditcard, ssn, bsonobjectid) are not checked.",
    "webhooks": "Webhooks and admission policies are stored, but never asked.",
    "aggregation": "An APIService is stored; no API server but this one is asked. Metrics come from a table of its own.",
    "flow-control": "Requests never stand in line: FlowSchemas and PriorityLevelConfigurations are stored and hold nobody up.",
    "certificates": "CertificateSigningRequests are stored, but nobody signs them.",
    "proxy": "The proxy subresources of Pods, Services and nodes are refused.",
    "roles": "Of the roles with which a cluster begins, those for people and service accounts are there; the components' own are not, "
    "and components may do all that they must. A role collects no rules of others (aggregationRule).",
    "audit": "There is no audit log, no encryption at rest and no tracing.",
    "storage": "There is no etcd behind the API server, though its Pod is shown: objects stand in the cluster's own value.",
    "quota": "The store takes 5000 objects, at most 2000 of a kind and 1500 Pods, and 8 MiB in all of those over 2 KiB; what is more is "
    "refused as by a full etcd: `etcdserver: mvcc: database space exceeded`.",
}
