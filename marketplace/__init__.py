"""The composition root: settings, URLs, middleware, Celery, health. Nothing may import it."""
