"""What stands between two sentences."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "seam"), [("en", "recover. The cluster"), ("zh-hans", "恢复。集群是模拟的")])
def test_sentences_of_chinese_stand_without_blanks(client: Client, language: str, seam: str) -> None:
    page = client.get("/", headers={"accept-language": language}).content.decode()
    assert seam in page.replace("\n", " ")
