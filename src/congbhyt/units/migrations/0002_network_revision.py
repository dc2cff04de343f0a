"""A change of units_unitnetwork reaches every process within its polling interval."""

from django.db import migrations


class Migration(migrations.Migration):
    """Adds the trigger, so that a change by hand counts too."""

    dependencies = [("units", "0001_initial"), ("installation", "0002_revisions")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER unitnetwork_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON units_unitnetwork "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_revision('networks')",
            "DROP TRIGGER unitnetwork_revision ON units_unitnetwork",
        )
    ]
