"""How gunicorn serves the pages: several processes, each with several threads."""

# ruff: noqa: TID251  a file of the server's own, no part of the program
import multiprocessing
import os

from prometheus_client import multiprocess

wsgi_app = "web.wsgi:application()"
bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", str(multiprocessing.cpu_count() + 1)))
preload_app = True  # loaded once: processes start at once and share what they read
worker_class = "gthread"
threads = 8
timeout = 120  # a request that takes longer is given up, and its process replaced
graceful_timeout = 60  # requests in hand are answered when the service stops
keepalive = 30
max_requests = 20_000  # now and then a process makes room for a fresh one
max_requests_jitter = 2_000
accesslog = None  # addresses carry what people type; the pages log patterns instead
errorlog = "-"
forwarded_allow_ips = ""  # web.wsgi itself believes QUYTRINH_TRUSTED_PROXY, and nobody else


def child_exit(server, worker):
    """Figures of a process that is gone are added to those of the others."""
    del server
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
