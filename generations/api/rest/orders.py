"""What REST takes, in strict types: no "12" for 12, and nothing that is not named here."""

from ninja import Schema
from pydantic import ConfigDict

from generations.api.ordering import Wish


class PictureOrder(Schema):
    """The parameters of `POST /v1/text_to_image`, named as on the wire."""

    model_config = ConfigDict(extra="forbid", strict=True)

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
