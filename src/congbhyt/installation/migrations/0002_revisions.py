"""Counters that triggers raise when something changes that processes keep in memory."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION raise_revision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    UPDATE installation_revision SET number = number + 1 WHERE topic = TG_ARGV[0];
    RETURN NULL;
END $$
"""
ROWS = "INSERT INTO installation_revision (topic, number) VALUES ('networks', 0), ('policy', 0)"


class Migration(migrations.Migration):
    """Adds the rows and the trigger function; each table that wants it adds its own trigger."""

    dependencies = [("installation", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION raise_revision()"),
        migrations.RunSQL(ROWS, "DELETE FROM installation_revision"),
    ]
