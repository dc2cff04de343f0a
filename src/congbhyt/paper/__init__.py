"""Official letters and forms as DOCX and PDF, and the judging of uploads; no Django, no database, no clock."""
