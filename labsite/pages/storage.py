"""Static files under names with a digest of what is in them, imports between our own modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModules(CompressedManifestStaticFilesStorage):
    """A module that imports another imports that one's version, so that a browser never mixes two releases."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 10  # one for each step on the longest way of imports
