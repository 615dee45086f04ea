"""The briefing's page, section by section."""

from detente.brief.page.compose import compose

__all__ = ["compose"]
