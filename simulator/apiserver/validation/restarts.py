"""Rules for how a container is restarted (validateContainerRestartPolicy in pkg/apis/core/validation)."""

from simulator.api import field
from simulator.apiserver.validation.common import Errors, Obj, maybe_one_of, one_of

POLICIES = ("Always", "Never", "OnFailure")
ACTIONS = ("Restart", "RestartAllContainers")
OPERATORS = ("In", "NotIn")
MOST_RULES = 20
MOST_CODES = 255
WITHOUT_POLICY = "must specify restartPolicy when restart rules are used"


def of_container(path: str, container: Obj) -> Errors:
    """What is wrong with a container's own `restartPolicy` and `restartPolicyRules`."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    errors = maybe_one_of(f"{path}.restartPolicy", policy, POLICIES)
    if rules and policy is None:
        errors.append(field.required(f"{path}.restartPolicy", WITHOUT_POLICY))
    if len(rules) > MOST_RULES:
        errors.append(field.too_many(f"{path}.restartPolicyRules", len(rules), MOST_RULES))
    for at, rule in enumerate(rules):
        errors += _rule(f"{path}.restartPolicyRules[{at}]", rule)
    return errors


def _rule(path: str, rule: Obj) -> Errors:
    errors = _known(f"{path}.action", rule.get("action"), ACTIONS)
    codes = rule.get("exitCodes")
    if codes is None:
        return [*errors, field.required(f"{path}.exitCodes", "must be specified")]
    errors += _known(f"{path}.exitCodes.operator", codes.get("operator"), OPERATORS)
    values = codes.get("values") or ()
    if len(values) > MOST_CODES:
        errors.append(field.too_many(f"{path}.exitCodes.values", len(values), MOST_CODES))
    return errors


def _known(path: str, value: str | None, allowed: tuple[str, ...]) -> Errors:
    """One of *allowed*; what is missing is none of them either."""
    return one_of(path, value, allowed) if value else [field.not_supported(path, "", allowed)]
