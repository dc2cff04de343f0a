"""What every part of the system agrees on; no framework, no database, no clock of its own."""
