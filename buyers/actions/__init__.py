"""Every write of the buyers' side: orders, lines, payments, refunds."""
