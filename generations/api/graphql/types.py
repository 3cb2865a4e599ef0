"""The types of the schema, named as on the wire."""

import strawberry
from strawberry.scalars import JSON

from generations.api.ordering import Wish

GENERATE_NAMES = {
    "service": "provider",
    "prompt": "input.text",
    "width": "options.width",
    "height": "options.height",
    "version": "options.version",
    "quality": "options.quality",
    "wait_for": "options.waitFor",
}


@strawberry.type(description="A picture, asked for or finished.")
class Generation:
    id: strawberry.ID
    status: str = strawberry.field(description="processing, completed, failed or cancelled")
    type: str
    service: str
    provider: str
    url: str | None = strawberry.field(description="Of the finished picture; needs no header.")
    width: int
    height: int
    duration: float | None
    metadata: JSON = strawberry.field(description="With `stage`, how far it is exactly.")
    creditCost: int = strawberry.field(description="Charged; while it is processing, expected.")
    webhookUrl: str | None
    createdAt: str
    completedAt: str | None
    error: JSON | None = strawberry.field(description="With `code` and `message`, where it failed.")


@strawberry.input
class GenerateContentInput:
    text: str


@strawberry.input
class GenerateOptionsInput:
    width: int | None = None
    height: int | None = None
    version: str | None = None
    quality: str | None = None
    webhookUrl: str | None = None
    waitFor: str | None = None


@strawberry.input
class GenerateInput:
    type: str
    input: GenerateContentInput
    provider: str | None = None
    options: GenerateOptionsInput | None = None
    webhookUrl: str | None = None

    def wish(self) -> Wish:
        options = self.options or GenerateOptionsInput()
        names = GENERATE_NAMES
        if self.webhookUrl is None:
            names = names | {"webhook_url": "options.webhookUrl"}
        return Wish(
            service="flux-pro" if self.provider is None else self.provider,
            prompt=self.input.text,
            width=options.width,
            height=options.height,
            version=options.version,
            quality=options.quality,
            webhook_url=options.webhookUrl if self.webhookUrl is None else self.webhookUrl,
            wait_for=options.waitFor,
            names=names,
        )


@strawberry.input
class ImageGenerationInput:
    service: str
    prompt: str
    width: int | None = None
    height: int | None = None
    version: str | None = None
    quality: str | None = None
    webhookUrl: str | None = None
    waitFor: str | None = None

    def wish(self) -> Wish:
        return Wish(
            service=self.service,
            prompt=self.prompt,
            width=self.width,
            height=self.height,
            version=self.version,
            quality=self.quality,
            webhook_url=self.webhookUrl,
            wait_for=self.waitFor,
        )
