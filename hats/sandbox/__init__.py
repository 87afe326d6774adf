"""A real HAT server with invented people, for demo, tests and benchmarks: docs/sandbox-hat.md.

It uses nothing of the market but the pure bundle language, and nothing of the market knows it.
"""
