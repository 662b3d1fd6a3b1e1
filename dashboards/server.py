"""The server: waitress, a prefix that proxies may or may not strip, and headers that keep browsers to this machine."""

from collections.abc import Callable

from dash import Dash

THREADS = 64  # a waiting answer holds a thread; a class of thirty has two or three each


def policy(app: Dash) -> str:
    """Return the content security policy: nothing from elsewhere, and only the inline scripts that the page has."""
    hashes = " ".join(f"'{digest}'" if not digest.startswith("'") else digest for digest in app.csp_hashes())
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )


def protect(app: Dash) -> None:
    """Add security headers to every response."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    known: dict[str, str] = {}

    @app.server.after_request
    def add(response):
        if not known:
            known["Content-Security-Policy"] = policy(app)
        for name, value in (headers | known).items():
            response.headers.setdefault(name, value)
        return response


def with_prefix(application: Callable, prefix: str) -> Callable:
    """Return a WSGI application that takes addresses with the prefix, and without it (some proxies strip it)."""
    start = prefix.rstrip("/")

    def serve(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if start and (path == start or path.startswith(start + "/")):
            environ["PATH_INFO"] = path[len(start) :] or "/"
        return application(environ, start_response)

    return serve


def serve(app: Dash, host: str, port: int, prefix: str) -> None:
    """Serve until interrupted."""
    import waitress

    application = with_prefix(app.server.wsgi_app, prefix)
    waitress.serve(
        application,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        channel_timeout=180,
        clear_untrusted_proxy_headers=True,
    )
