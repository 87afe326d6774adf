"""Gateways: the interface, the real one, the sandbox till, and their webhooks."""
