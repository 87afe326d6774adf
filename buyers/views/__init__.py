"""Pages of buyers, moderators, the sandbox till, and the webhooks."""
