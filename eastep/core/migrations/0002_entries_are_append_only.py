from django.db import migrations

REFUSE = """
CREATE FUNCTION core_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'core_entry is append-only'; END $$;
CREATE TRIGGER core_entry_is_append_only BEFORE UPDATE OR DELETE ON core_entry
FOR EACH ROW EXECUTE FUNCTION core_entry_is_append_only();
"""
ALLOW = """
DROP TRIGGER core_entry_is_append_only ON core_entry;
DROP FUNCTION core_entry_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
