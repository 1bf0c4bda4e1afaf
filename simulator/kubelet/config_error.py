"""Why a container cannot be configured (CreateContainerConfigError)."""


class ConfigError(Exception):
    """Something that a container's configuration needs is not there or not allowed."""
