"""A change of policy_policyrow reaches every process within its polling interval."""

from django.db import migrations


class Migration(migrations.Migration):
    """Adds the trigger, so that a change by hand counts too."""

    dependencies = [("policy", "0001_initial"), ("installation", "0002_revisions")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER policyrow_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON policy_policyrow "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_revision('policy')",
            "DROP TRIGGER policyrow_revision ON policy_policyrow",
        )
    ]
