"""What pages and documents for machines have in common."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

# A script ends at “</script” wherever that stands: these never stand in it.
_IN_A_SCRIPT = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})

_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def absolute(path: str) -> str:
    """The path on this market, wherever the request came from."""
    return settings.SITE_URL + path


def as_script(document: Mapping[str, Any]) -> SafeString:
    """JSON that may stand inside a script element as it is."""
    text = json.dumps(document, ensure_ascii=False)
    return mark_safe(text.translate(_IN_A_SCRIPT))  # noqa: S308  # escaped above


def for_xml(text: str) -> str:
    """Without the characters that XML 1.0 has no way to say."""
    return _NOT_IN_XML.sub("", text)
