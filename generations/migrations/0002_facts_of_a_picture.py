from math import log

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

SHAPES = {"1:1": 1, "4:5": 4 / 5, "2:3": 2 / 3, "3:2": 3 / 2, "16:9": 16 / 9, "9:16": 9 / 16}
INDEXES = {
    "image_by_team": ["team"],
    "image_by_author": ["team", "author"],
    "image_by_version": ["team", "version"],
    "image_by_shape": ["team", "shape"],
    "image_by_project": ["project"],
    "image_by_prompt": ["prompt"],
}


def fill(apps, schema_editor):
    image = apps.get_model("generations", "Image").objects
    generation = apps.get_model("generations", "Generation").objects.filter(
        pk=OuterRef("generation_id")
    )
    image.update(
        project_id=Subquery(generation.values("project_id")[:1]),
        prompt_id=Subquery(generation.values("batch__prompt_version__prompt_id")[:1]),
        version=Subquery(generation.values("version")[:1]),
    )
    for width, height in image.values_list("width", "height").distinct().order_by():
        shape = min(SHAPES, key=lambda name: abs(log(width / height / SHAPES[name])))
        image.filter(width=width, height=height).update(shape=shape)


def link(to):
    return models.ForeignKey(
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.RESTRICT,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("generations", "0001_initial")]

    operations = [
        migrations.AddField("image", "project", link("generations.project")),
        migrations.AddField("image", "prompt", link("generations.prompt")),
        migrations.AddField(
            "image", "version", models.CharField(default="", max_length=40), preserve_default=False
        ),
        migrations.AddField(
            "image", "shape", models.CharField(default="", max_length=5), preserve_default=False
        ),
        migrations.RemoveIndex("image", "image_by_team"),
        migrations.RemoveIndex("image", "image_by_author"),
        *(
            migrations.AddIndex(
                "image",
                models.Index(
                    fields=[*fields, "-created_at", "-id"],
                    condition=Q(trashed_at__isnull=True),
                    name=name,
                ),
            )
            for name, fields in INDEXES.items()
        ),
        migrations.AddIndex(
            "image",
            models.Index(
                fields=["team", "-created_at", "-id"],
                condition=Q(trashed_at__isnull=False),
                name="image_in_trash",
            ),
        ),
        # Last: PostgreSQL alters no table of which rows were changed in the same transaction.
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
