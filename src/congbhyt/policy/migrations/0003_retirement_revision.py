"""A change of policy_retirement reaches every process within its polling interval."""

from django.db import migrations


class Migration(migrations.Migration):
    """Adds the trigger, so that a change by hand counts too."""

    dependencies = [("policy", "0002_policy_revision"), ("installation", "0002_revisions")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER retirement_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON policy_retirement "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_revision('policy')",
            "DROP TRIGGER retirement_revision ON policy_retirement",
        )
    ]
