"""The last grant of a wallet, found at once among millions of entries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generations", "0003_styles")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["account", "-id"],
                condition=models.Q(("kind", "grant")),
                name="entry_grants",
            ),
        ),
    ]
