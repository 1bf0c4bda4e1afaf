"""The table of controllers, in the order in which the controller manager starts them."""

from simulator.client.api import API
from simulator.controllers.controller import Controller
from simulator.controllers.cronjob import CronJobController
from simulator.controllers.customresources import CustomResourceController
from simulator.controllers.daemonset import DaemonSetController
from simulator.controllers.deployment import DeploymentController
from simulator.controllers.disruption import DisruptionController
from simulator.controllers.endpoints import EndpointsController
from simulator.controllers.endpointslice import EndpointSliceController
from simulator.controllers.endpointslicemirroring import EndpointSliceMirroringController
from simulator.controllers.garbagecollector import GarbageCollector
from simulator.controllers.job import JobController
from simulator.controllers.manager import ControllerManager
from simulator.controllers.namespace import NamespaceController
from simulator.controllers.nodelifecycle import NodeLifecycleController
from simulator.controllers.podautoscaler import HorizontalPodAutoscalerController
from simulator.controllers.podgc import PodGarbageCollector
from simulator.controllers.provisioner import Provisioner
from simulator.controllers.replicaset import ReplicaSetController
from simulator.controllers.resourcequota import ResourceQuotaController
from simulator.controllers.rootca import RootCAController
from simulator.controllers.serviceaccount import ServiceAccountController
from simulator.controllers.statefulset import StatefulSetController
from simulator.controllers.tainteviction import TaintEvictionController
from simulator.controllers.ttl import TTLAfterFinishedController
from simulator.controllers.volumes import PersistentVolumeController
from simulator.kernel.world import World

CONTROLLERS: tuple[type[Controller], ...] = (
    EndpointsController,
    EndpointSliceController,
    EndpointSliceMirroringController,
    ReplicaSetController,
    DeploymentController,
    DaemonSetController,
    StatefulSetController,
    TaintEvictionController,
    PodGarbageCollector,
    NodeLifecycleController,
    JobController,
    PersistentVolumeController,
    Provisioner,
    CronJobController,
    TTLAfterFinishedController,
    HorizontalPodAutoscalerController,
    DisruptionController,
    ResourceQuotaController,
    NamespaceController,
    ServiceAccountController,
    RootCAController,
    GarbageCollector,
    CustomResourceController,
)


def controllers(world: World, api: API) -> list[ControllerManager]:
    """The parts of a cluster that hold all controllers."""
    return [ControllerManager(world, api, CONTROLLERS)]
