"""Units, people and posts from a workbook: read, compared with what is there, then brought in."""
