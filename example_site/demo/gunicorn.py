"""How the demo is served: two processes, so that whatever must be shared between them shows if it is not."""

import os

bind = f"127.0.0.1:{os.environ['ESM_DEMO_PORT']}"
wsgi_app = "example_site.wsgi:application"
workers = 2
# Browsers open connections ahead of need; with threads an idle one does not hold up a page.
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 1
loglevel = "warning"
control_socket_disable = True
