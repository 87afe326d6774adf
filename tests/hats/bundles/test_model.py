"""What a bundle reads from."""

from hats import bundles


def test_endpoints_and_namespaces_include_those_of_links():
    bundle = bundles.parse_bundle(
        {
            "name": "b",
            "bundle": {
                "p": {"endpoints": [{"endpoint": "a/b", "links": [{"endpoint": "c/d/e"}]}]},
            },
        }
    )

    assert bundles.endpoints_of(bundle) == {"a/b", "c/d/e"}
    assert bundles.namespaces_of(bundle) == {"a", "c"}
