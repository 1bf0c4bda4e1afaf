"""Descriptions read as those of the real client (recorded and described samples)."""

from simulator.api import timestamps
from simulator.api.requests import Response
from simulator.kubectl.describe import describe

NOW = timestamps.parse("2026-11-20T15:53:00Z")


def described(resource, obj, others=None):
    """What is printed of *obj* in a cluster where there is nothing but it and *others* (resource -> objects)."""

    def call(request):
        if request.verb == "get":
            return Response(body=obj) if request.resource == resource else Response(404, {"reason": "NotFound"})
        return Response(body={"items": (others or {}).get(request.resource, [])})

    return describe(call, resource, "default", obj["metadata"]["name"], NOW)


def test_a_pod_that_was_not_placed_yet():
    pod = {
        "metadata": {"name": "pend", "namespace": "default"},
        "spec": {"containers": [{"name": "c", "image": "nginx"}], "nodeSelector": {"zone": "a", "disk": "ssd"}},
        "status": {
            "phase": "Pending",
            "qosClass": "BestEffort",
            "conditions": [{"type": "PodScheduled", "status": "False"}],
        },
    }
    assert described("pods", pod) == (
        "Name:         pend\nNamespace:    default\nNode:         <none>\nLabels:       <none>\nAnnotations:  <none>\n"
        "Status:       Pending\nIP:           \nIPs:          <none>\nContainers:\n  c:\n    Image:        nginx\n"
        "    Port:         <none>\n    Host Port:    <none>\n    Environment:  <none>\n    Mounts:       <none>\nConditions:\n"
        "  Type           Status\n  PodScheduled   False \nVolumes:         <none>\nQoS Class:       BestEffort\n"
        "Node-Selectors:  disk=ssd\n                 zone=a\nTolerations:     <none>\nEvents:          <none>\n"
    )


def test_a_container_that_crashes():
    status = {
        "name": "c",
        "containerID": "containerd://1",
        "image": "x",
        "imageID": "y",
        "ready": False,
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {
            "terminated": {
                "reason": "OOMKilled",
                "exitCode": 137,
                "startedAt": "2026-11-20T15:00:02Z",
                "finishedAt": "2026-11-20T15:01:03Z",
            }
        },
    }
    container = {
        "name": "c",
        "image": "nginx:1.25",
        "ports": [{"containerPort": 80, "protocol": "TCP"}],
        "args": ["a", "b c"],
        "resources": {"limits": {"memory": "128Mi", "cpu": "500m"}},
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 80, "scheme": "HTTP"}, "initialDelaySeconds": 3},
        "env": [
            {"name": "A", "value": "1"},
            {"name": "POD", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "K", "valueFrom": {"configMapKeyRef": {"name": "cm1", "key": "k"}}},
        ],
        "volumeMounts": [{"mountPath": "/data", "name": "data", "subPath": "sub"}],
    }
    pod = {
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"containers": [container]},
        "status": {"phase": "Running", "containerStatuses": [status]},
    }
    text = described("pods", pod)
    assert (
        "    Container ID:  containerd://1\n    Image:         nginx:1.25\n    Image ID:      y\n    Port:          80/TCP\n"
        "    Host Port:     0/TCP\n    Args:\n      a\n      b c\n    State:          Waiting\n      Reason:       CrashLoopBackOff\n"
        "    Last State:     Terminated\n      Reason:       OOMKilled\n      Exit Code:    137\n"
        "      Started:      Fri, 20 Nov 2026 15:00:02 +0000\n      Finished:     Fri, 20 Nov 2026 15:01:03 +0000\n"
        "    Ready:          False\n    Restart Count:  3\n    Limits:\n      cpu:     500m\n      memory:  128Mi\n"
        "    Liveness:  http-get http://:80/healthz delay=3s timeout=1s period=10s #success=1 #failure=3\n    Environment:\n"
        "      A:    1\n      POD:  web (v1:metadata.name)\n      CPU:  1 (limits.cpu)\n"
        "      K:    <set to the key 'k' of config map 'cm1'>  Optional: false\n    Mounts:\n"
        '      /data from data (rw,path="sub")\n'
    ) in text


def test_events_name_the_container_they_are_about_and_how_often_they_came():
    pod = {"metadata": {"name": "web", "namespace": "default", "uid": "u"}, "spec": {"containers": []}, "status": {}}
    events = [
        {
            "type": "Warning",
            "reason": "BackOff",
            "count": 4,
            "firstTimestamp": "2026-11-20T15:00:00Z",
            "lastTimestamp": "2026-11-20T15:10:00Z",
            "source": {"component": "kubelet"},
            "involvedObject": {"fieldPath": "spec.containers{c}"},
            "message": "Back-off",
        },
        {
            "type": "Normal",
            "reason": "Scheduled",
            "eventTime": "2026-11-20T15:00:00.1Z",
            "reportingComponent": "default-scheduler",
            "message": "ok",
        },
    ]
    assert described("pods", pod, {"events": events}).endswith(
        "Events:\n  Type     Reason     Age                From               Message\n"
        "  ----     ------     ----               ----               -------\n"
        "  Normal   Scheduled  52m                default-scheduler  ok\n"
        "  Warning  BackOff    43m (x4 over 53m)  kubelet            spec.containers{c}: Back-off\n"
    )


def test_a_config_map():
    obj = {"metadata": {"name": "cm1", "namespace": "default"}, "data": {"k": "v", "file.txt": "line1\nline2\n"}}
    assert described("configmaps", obj) == (
        "Name:         cm1\nNamespace:    default\nLabels:       <none>\nAnnotations:  <none>\n\nData\n====\nfile.txt:\n----\n"
        "line1\nline2\n\n\nk:\n----\nv\n\n\nBinaryData\n====\n\nEvents:  <none>\n"
    )


def test_a_service_shows_ready_endpoints_only():
    service = {
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "10.96.1.2",
            "ports": [{"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}],
        },
    }
    slices = [
        {
            "ports": [{"name": "http", "port": 8080}],
            "endpoints": [
                {"addresses": ["10.244.1.5"], "conditions": {"ready": True}},
                {"addresses": ["10.244.1.6"], "conditions": {"ready": False}},
            ],
        }
    ]
    text = described("services", service, {"endpointslices.discovery.k8s.io": slices})
    assert "Port:              http  80/TCP\nTargetPort:        8080/TCP\nEndpoints:         10.244.1.5:8080\n" in text


def test_what_does_not_exist_is_described_by_nothing():
    assert describe(lambda request: Response(404, {"reason": "NotFound"}), "pods", "default", "x", NOW) == ""


def test_an_unknown_kind_is_described_field_by_field():
    lease = {
        "metadata": {"name": "node01", "namespace": "kube-node-lease"},
        "spec": {"holderIdentity": "node01", "leaseDurationSeconds": 40},
    }
    text = described("leases.coordination.k8s.io", lease)
    assert "Spec:\n  Holder Identity:         node01\n  Lease Duration Seconds:  40\n" in text
