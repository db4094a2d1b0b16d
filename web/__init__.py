"""The web interface and the command line of Quy Trình."""
