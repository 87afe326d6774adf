"""What an order costs: priced by the very function that the offer page uses. Pure."""

from offers.pricing import Quote, quote

__all__ = ["Quote", "quote"]
