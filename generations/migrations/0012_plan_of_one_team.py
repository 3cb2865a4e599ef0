"""A plan may be one team's own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0011_limits_of_an_api_key'),
    ]

    operations = [
        migrations.AddField(
            model_name='plan',
            name='team',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='generations.team'),
        ),
    ]
