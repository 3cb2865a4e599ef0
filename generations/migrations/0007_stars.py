import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    batch = apps.get_model("generations", "Generation").objects.filter(pk=OuterRef("generation_id"))
    image = apps.get_model("generations", "Image").objects
    image.update(style_id=Subquery(batch.values("batch__style_id")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0006_who_runs_the_hub'),
    ]

    operations = [
        migrations.CreateModel(
            name='Star',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name='image',
            name='style',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='generations.style'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(condition=models.Q(('trashed_at__isnull', True)), fields=['style', '-created_at', '-id'], name='image_by_style'),
        ),
        migrations.AddField(
            model_name='star',
            name='image',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='generations.image'),
        ),
        migrations.AddField(
            model_name='star',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='generations.team'),
        ),
        migrations.AddField(
            model_name='star',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='star',
            constraint=models.UniqueConstraint(fields=('user', 'image'), name='star_once'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
