"""What the house asks of every composed offer, and what it charges."""

from dataclasses import dataclass

from common.money import Money
from offers.composing.fairness import FairPay, market_fee, readings


@dataclass(frozen=True)
class HouseRules:
    """Floors, fee and tax as the operator has set them."""

    fair_pay: FairPay
    fee_percent: int
    tax_percent: int
    currency: str

    def lowest_reward(self, collection: str, period_days: int, *, needs_care: bool) -> Money:
        """The fair-pay floor for one person."""
        count = readings(collection, period_days=period_days)
        return Money(self.fair_pay.floor(readings=count, needs_care=needs_care), self.currency)

    def fee_on(self, reward: Money) -> Money:
        """The market's fee for one person."""
        return Money(market_fee(reward.minor_units, percent=self.fee_percent), self.currency)
