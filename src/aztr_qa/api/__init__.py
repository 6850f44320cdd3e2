"""The HTTP service: a factory over a ready service; handlers only translate."""

from aztr_qa.api.app import create_app, create_app_from_environment

__all__ = ["create_app", "create_app_from_environment"]
