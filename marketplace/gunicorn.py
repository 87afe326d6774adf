"""gunicorn's settings: our log lines instead of its own, which would print exception texts."""

import os

from marketplace.logging import logging_config

worker_class = "gthread"
graceful_timeout = 10
timeout = 60
keepalive = 5
control_socket_disable = True
logconfig_dict = logging_config(
    level=os.environ.get("LOG_LEVEL", "INFO"), json_lines=os.environ.get("LOG_JSON", "1") == "1"
)
