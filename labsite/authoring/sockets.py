"""The WebSocket of a draft: its windows are told how it stands whenever that changes. It says nothing that could be answered."""

import asyncio
from typing import Any

import msgspec
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import translation

from labsite.access import opening
from labsite.authoring import picture
from labsite.authoring.models import Draft
from labsite.bridge import bridge
from labsite.console.consumer import language_of


class Desk(AsyncWebsocketConsumer):
    """One window of an author."""

    async def connect(self) -> None:
        self.language = language_of(self.scope)
        self.draft = self.scope["url_route"]["kwargs"]["draft"]
        await self.accept()
        if not await self.admitted():
            return
        if settings.EMBEDDED:
            bridge.serve(asyncio.get_running_loop())
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.draft_stirred({})

    @property
    def group(self) -> str:
        """The group of the draft's windows (labsite/authoring/drafts.py)."""
        return f"draft.{self.draft}"

    async def admitted(self) -> bool:
        """Whether whoever is here may be; else the connection is closed."""
        _role, refusal = await opening.asked(self.scope, "draft-socket")
        if refusal:
            await self.close(code=refusal)
        return not refusal

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def draft_stirred(self, event: dict[str, Any]) -> None:
        """Something about the draft has changed."""
        if await self.admitted():
            state = await database_sync_to_async(self.state)()
            await self.send(text_data=msgspec.json.encode(state).decode())

    def state(self) -> dict[str, Any]:
        """How the draft stands, in the author's language."""
        with translation.override(self.language or settings.LANGUAGE_CODE):
            return picture.state(Draft.objects.get(pk=self.draft))
