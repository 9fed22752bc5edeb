"""The vocabulary of checks: `@check`, `expect(value, name)`, what was seen."""
