"""The Django project: settings, URLs, Celery, command line, error shape."""
