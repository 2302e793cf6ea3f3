"""A path or a source line to take along."""

from __future__ import annotations

from tests.report.page.reports import faulty

from .conftest import Open


def test_the_source_line_is_copied_and_that_is_said(show: Open) -> None:
    page = show(faulty())
    permission = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", permission)
    page.click("#detail .source button")
    page.wait(lambda: page.texts("#said") == ["Copied"])
    assert (
        page.driver.execute_async_script(
            "navigator.clipboard.readText().then(arguments[0], (e) => arguments[0](String(e)))"
        )
        == "model.py:12"
    )
