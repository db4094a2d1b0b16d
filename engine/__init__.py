"""The engine of Quy Trình: everything but the forms and the web."""
