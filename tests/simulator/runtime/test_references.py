"""Names of images, and what registries say to them."""

import pytest

from simulator.runtime.references import BadReference, parse


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("nginx:1.14", "docker.io/library/nginx:1.14"),
        ("user/app", "docker.io/user/app:latest"),
        ("index.docker.io/nginx", "docker.io/library/nginx:latest"),
        ("hub.test.com/library/nginx:v1", "hub.test.com/library/nginx:v1"),
        ("reg.example.com:5000/a/b:v1.0.1", "reg.example.com:5000/a/b:v1.0.1"),
        ("localhost/a", "localhost/a:latest"),
        ("127.0.0.1:5000/netkiller/config", "127.0.0.1:5000/netkiller/config:latest"),
        ("nginx@sha256:" + "a" * 64, "docker.io/library/nginx@sha256:" + "a" * 64),
    ],
)
def test_a_short_name_is_filled_in(name, full):
    assert parse(name).text == full


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("nginx:", "invalid reference format"),
        ("nginx::1.14", "invalid reference format"),
        ("nginx:lat est", "invalid reference format"),
        ("http://nginx", "invalid reference format"),
        ("", "invalid reference format"),
        ("NGINX", "invalid reference format: repository name (library/NGINX) must be lowercase"),
        ("Nginx:Latest", "invalid reference format: repository name (library/Nginx) must be lowercase"),
        ("a" * 64, f"invalid repository name ({'a' * 64}), cannot specify 64-byte hexadecimal strings"),
        ("nginx@sha256:" + "a" * 40, "invalid checksum digest length"),
    ],
)
def test_a_bad_name_is_refused_in_the_words_of_the_reference_parser(name, error):
    with pytest.raises(BadReference) as caught:
        parse(name)
    assert str(caught.value) == error
