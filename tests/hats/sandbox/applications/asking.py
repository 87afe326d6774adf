"""What tests of applications ask, and of whom."""

import jwt

DENIED = {"error": "Forbidden", "message": "Access Denied"}
BUNDLE = {"orders": {"endpoints": [{"endpoint": "shop/orders"}]}}
OWNERS, MANAGERS, SHOP = "hatapp", "manager", "shop-app"
APPLICATIONS = "/api/v2.6/applications"


def set_up(hat, token, app_id=SHOP):
    return hat.get(f"{APPLICATIONS}/{app_id}/setup", token=token)


def state(hat, token, app_id=SHOP):
    return hat.get(f"{APPLICATIONS}/{app_id}", token=token).json


def flags(description):
    return [description[name] for name in ("setup", "enabled", "active")]


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})
