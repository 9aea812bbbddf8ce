"""Answer with a page, or with the part of it that HTMX asked for, from one template."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Template
from django.template.base import NodeList
from django.template.context import make_context
from django.template.loader import get_template
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, BlockNode, ExtendsNode
from django.utils.cache import patch_vary_headers

DEFAULT_BLOCK = "fragment"


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether HTMX asks for a part of the page (a restored or boosted page is whole)."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def page_or_fragment(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render ``template``, or only its fragment when HTMX asks.

    ``fragment`` is the path of a partial (``crm/_deals.html``) or the name of a
    block of the template; without it the block ``fragment``, and when there is
    no such block the whole page. Raises LookupError for a block that is named
    but does not exist.
    """
    values = dict(context or {})
    if not wants_fragment(request):
        response = render(request, template, values, status=status)
    elif fragment and fragment.endswith(".html"):
        response = render(request, fragment, values, status=status)
    else:
        response = _block_response(request, template, values, fragment, status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def with_toast(response: HttpResponse, text: Any, tone: str = "success") -> HttpResponse:
    """Let an answer to HTMX show a short message; ``tone`` is info, success, warning or error."""
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": str(text), "tone": tone}})
    return response


def _block_response(
    request: HttpRequest, template: str, values: dict[str, Any], name: str | None, status: int
) -> HttpResponse:
    """Render one block, or the whole page when no block is asked for by name and none is there."""
    try:
        text = render_block(request, template, name or DEFAULT_BLOCK, values)
    except LookupError:
        if name:
            raise
        return render(request, template, values, status=status)
    return HttpResponse(text, status=status)


def render_block(request: HttpRequest, path: str, name: str, values: dict[str, Any]) -> str:
    """Render the block ``name`` of the template at ``path``, overrides of children included.

    Raises LookupError when neither the template nor its parents have the block.
    """
    template: Template = get_template(path).template  # type: ignore[attr-defined]
    context = make_context(values, request)
    with (
        context.render_context.push_state(template),
        context.bind_template(template),
    ):
        return _rendered(template, name, context)


def _rendered(template: Template, name: str, context: Context) -> str:
    """Collect the blocks from the child up to its root parent, then render one."""
    blocks = BlockContext()
    current: Template | None = template
    while current is not None:
        parent = next((node for node in current.nodelist if isinstance(node, ExtendsNode)), None)
        blocks.add_blocks(_blocks(current.nodelist))
        current = parent.get_parent(context) if parent else None
    block = blocks.get_block(name)
    if block is None:
        raise LookupError(f"no block {name!r} in {template.name}")
    context.render_context[BLOCK_CONTEXT_KEY] = blocks
    return block.render(context)


def _blocks(nodes: NodeList) -> dict[str, BlockNode]:
    """Return the blocks of one template by name."""
    found = nodes.get_nodes_by_type(BlockNode)
    return {node.name: node for node in found if isinstance(node, BlockNode)}
