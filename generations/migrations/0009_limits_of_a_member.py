"""A member's own limits of pictures at once and requests a minute, beside those of a day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0008_what_was_paid'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='concurrent',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='requests_per_minute',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('concurrent__isnull', True), ('concurrent__gte', 1), _connector='OR'), name='membership_concurrent'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('requests_per_minute__isnull', True), ('requests_per_minute__gte', 1), _connector='OR'), name='membership_requests'),
        ),
    ]
