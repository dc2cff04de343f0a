"""How the parts are put together and started: settings, database, doors."""
