"""Who runs the hub itself; on a hub that has people, the first of them."""

from typing import Any

from django.db import migrations, models


def the_first_does(apps: Any, _schema_editor: Any) -> None:
    users = apps.get_model("generations", "User").objects
    first = users.order_by("created_at", "pk").values_list("pk", flat=True).first()
    users.filter(pk=first).update(is_staff=True)


class Migration(migrations.Migration):
    dependencies = [("generations", "0005_prompt_forks_and_notes")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_staff",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(the_first_does, migrations.RunPython.noop, elidable=True),
    ]
