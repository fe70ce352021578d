"""One browser tab, which keeps what went wrong in it."""

import re
from urllib.parse import urlsplit

from waiting import PATIENCE

# "WebSocket is closed before the connection is established": a page that leaves while it upgrades. Not a fault.
ALWAYS_ALLOWED = [r"WebSocket is closed before the connection is established"]

# What Chromium itself logs while the gateway is away. Allowed only where a test takes the gateway away.
GATEWAY_AWAY = [r"ERR_CONNECTION_REFUSED", r"ERR_CONNECTION_RESET", r"ERR_EMPTY_RESPONSE", r"ERR_SOCKET_NOT_CONNECTED",
                r"WebSocket connection to .* failed", r"ERR_INCOMPLETE_CHUNKED_ENCODING",
                r"status of 400"]  # fmt: skip


class Tab:
    def __init__(self, browser, url, screenshots, **context_options):
        options = {"viewport": {"width": 1280, "height": 800}, **context_options}
        self.url = url
        self.screenshots = screenshots
        self.problems = []
        self.foreign = []
        self.allowed = list(ALWAYS_ALLOWED)
        self.host = urlsplit(url).netloc
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("console", self._on_console)
        self.page.on("request", lambda request: self._on_request(request.url))
        self.page.on("websocket", lambda socket: self._on_request(socket.url))

    def _on_console(self, message):
        # Chromium asks for /favicon.ico by itself on a page that names no icon, such as a JSON document.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            self.problems.append(f"console: {message.text}")

    def _on_request(self, url):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self.foreign.append(url)

    def open(self):
        self.page.goto(self.url)

    def allow(self, *patterns):
        self.allowed += patterns

    def assert_clean(self):
        """No error on the console, none thrown, and no request to another host."""
        odd = [text for text in self.problems if not any(re.search(pattern, text) for pattern in self.allowed)]
        assert not odd, odd
        assert not self.foreign, self.foreign

    def screenshot(self, name):
        self.screenshots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)

    def close(self):
        self.context.close()
