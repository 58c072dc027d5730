"""A block of a page as a template of its own, so that a fragment and its page can never differ.

Jinja2 runs a page's imports and macros only with the whole page. We therefore cut the page's syntax tree down to
its imports, macros and assignments and the one block, and compile that once.
"""

from collections.abc import Callable

from jinja2 import Environment, Template, TemplateNotFound, nodes

PREPARATIONS = (nodes.Import, nodes.FromImport, nodes.Macro, nodes.Assign, nodes.AssignBlock)


class UnknownBlock(LookupError):
    def __init__(self, template: str, block: str) -> None:
        super().__init__(f"{template} has no block {block!r}.")


def block_of(env: Environment, template: str, block: str) -> Template:
    kept: dict[tuple[str, str], Template] = env.__dict__.setdefault("pivotino_blocks", {})
    found = kept.get((template, block))
    if found is None or (env.auto_reload and not found.is_up_to_date):
        found = kept[template, block] = _cut(env, template, block)
    return found


def _cut(env: Environment, template: str, block: str) -> Template:
    page, source, uptodate = _page_with(env, template, block)
    body = next(node for node in page.find_all(nodes.Block) if node.name == block).body
    fragment = nodes.Template([*(node for node in page.body if isinstance(node, PREPARATIONS)), *body], lineno=1)
    fragment.set_environment(env)
    return Template.from_code(env, env.compile(fragment, source, source), env.globals, uptodate)


def _page_with(env: Environment, template: str, block: str) -> tuple[nodes.Template, str, Callable[[], bool] | None]:
    """The page, or the nearest layout it extends, that writes this block."""
    if env.loader is None:
        raise TemplateNotFound(template)
    source, filename, uptodate = env.loader.get_source(env, template)
    page = env._parse(source, template, filename)
    if any(node.name == block for node in page.find_all(nodes.Block)):
        return page, filename or template, uptodate
    for parent in page.find_all(nodes.Extends):
        if isinstance(parent.template, nodes.Const):
            return _page_with(env, parent.template.value, block)
    raise UnknownBlock(template, block)
