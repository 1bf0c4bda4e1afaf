"""Which release this is; pyproject.toml says the same, and a test that they agree."""

RELEASE = "0.1.0"
