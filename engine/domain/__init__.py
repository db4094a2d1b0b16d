"""What the procedures mean, in plain Python: no database, no BPMN library, no web."""
