"""How the admin API refuses parameters."""

from __future__ import annotations

from typing import Any

from connexion.validators import ParameterValidator


class NamedParameters(ParameterValidator):  # type: ignore[misc]  # Connexion is untyped
    """Tells in one line which parameter is wrong, where Connexion prints the schema without a name."""

    @staticmethod
    def validate_parameter(place: str, value: Any, parameter: dict[str, Any], name: str | None = None) -> str:
        error = ParameterValidator.validate_parameter(place, value, parameter, name) or ""
        reason, *schema = error.splitlines() or [""]
        return f"{reason} - '{parameter['name']}'" if schema else reason
