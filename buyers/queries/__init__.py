"""Every read of the buyers' side."""

from buyers.queries.clearance import clears_itself
from buyers.queries.owners import open_lines, open_lines_for, owner_card_for

__all__ = ["clears_itself", "open_lines", "open_lines_for", "owner_card_for"]
