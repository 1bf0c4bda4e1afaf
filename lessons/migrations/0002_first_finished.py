from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_over(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What is finished was finished."""
    runs = apps.get_model("lessons", "Run").objects
    runs.filter(finished__isnull=False).update(first_finished=models.F("finished"))


class Migration(migrations.Migration):
    dependencies = [("lessons", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="first_finished",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
