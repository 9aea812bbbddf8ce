"""What every page knows: the navigation of this person, the theme, the language, the version."""

from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info

from perezvon.web import frame, hooks, surface

THEMES = ("auto", "light", "dark")


@lru_cache(maxsize=1)
def product_version() -> str:
    """Return the version of the installed product."""
    try:
        return version("perezvon")
    except PackageNotFoundError:
        return "dev"


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


class Surface:
    """The frame around a page, worked out only as far as the template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def person(self) -> Any:
        """Return who is signed in, or None."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def name(self) -> str:
        """Return what to call the person: the name, else the address of mail."""
        return str(getattr(self.person, "name", "") or getattr(self.person, "email", "") or self.person)

    @cached_property
    def entries(self) -> list[tuple[surface.Entry, str]]:
        """Return the entries of the navigation that this person may use, with their addresses."""
        found = ((entry, surface.address(entry.url_name)) for entry in surface.entries.open_to(self.person))
        return [(entry, url) for entry, url in found if url]

    @cached_property
    def active(self) -> surface.Entry | None:
        """Return the entry whose address is the longest beginning of this page's."""
        path = self._request.path
        fitting = [(len(url), entry) for entry, url in self.entries if _leads_to(url, path)]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

    @cached_property
    def navigation(self) -> list[dict[str, Any]]:
        """Return groups of the navigation that this person may use."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for entry, url in self.entries:
            line = {"entry": entry, "url": url, "active": entry is self.active, "counted": entry.count is not None}
            groups.setdefault(str(entry.group), []).append(line)
        return [{"label": label, "lines": lines} for label, lines in groups.items()]

    @property
    def sidebar(self) -> SafeString:
        """Return the navigation at the left, drawn."""
        return frame.drawn("web/_sidebar.html", self, *((one["line"], one["active"]) for one in self.pinned))

    @cached_property
    def pinned(self) -> list[dict[str, Any]]:
        """Return what this person keeps in the side bar; the one that is open is marked."""
        if self.person is None:
            return []
        here = self._request.get_full_path()
        return [{"line": line, "active": here.startswith(line.url)} for line in hooks.pinned_lines(self.person)]

    @property
    def bottombar(self) -> SafeString:
        """Return the bar at the foot of a small screen, drawn."""
        return frame.drawn("web/_bottombar.html", self)

    @cached_property
    def first_lines(self) -> list[dict[str, Any]]:
        """Return the four lines of the bar at the foot of a small screen."""
        return [line for group in self.navigation for line in group["lines"]][:4]

    @property
    def person_menu(self) -> str:
        """Return what upper rooms put at the head of the person's menu."""
        return hooks.person_menu(self._request)

    @property
    def theme(self) -> str:
        """Return the chosen theme: auto, light or dark."""
        chosen = self._request.COOKIES.get("theme", "auto")
        return chosen if chosen in THEMES else "auto"

    @property
    def scheme(self) -> str:
        """Return light or dark; with "auto" what the browser last said its system has."""
        said = self.theme if self.theme != "auto" else self._request.COOKIES.get("scheme", "light")
        return "dark" if said == "dark" else "light"

    @property
    def tools(self) -> list[str]:
        """Return what upper rooms put into the bar over the page."""
        return [drawn for tool in surface.tools.open_to(self.person) if (drawn := tool.draw(self._request))]

    @property
    def narrow(self) -> bool:
        """Tell whether the person folded the navigation to icons."""
        return self._request.COOKIES.get("sidebar") == "narrow"

    @property
    def languages(self) -> list[dict[str, Any]]:
        """Return the languages of the product, each in its own name."""
        here = (get_language() or "").split("-")[0]
        return [
            {"code": code, "name": get_language_info(code)["name_local"].capitalize(), "active": code == here}
            for code, _name in settings.LANGUAGES
        ]

    @property
    def language(self) -> str:
        """Return the code of the language of this page."""
        return (get_language() or settings.LANGUAGE_CODE).split("-")[0]

    @property
    def version(self) -> str:
        """Return the product's version."""
        return product_version()

    @property
    def logo(self) -> str:
        """Return the address of the bell."""
        return static("web/logo.svg")

    def __getattr__(self, name: str) -> str:
        """Return the address of a shared page: ``surface.url_search``; "" when it does not exist."""
        if name.startswith("url_"):
            return surface.address(ADDRESSES.get(name, name))
        raise AttributeError(name)


ADDRESSES = {
    "url_search": "web:search",
    "url_palette": "web:palette",
    "url_live": "web:live",
    "url_counts": "web:counts",
    "url_language": "web:language",
    "url_theme": "web:theme",
    "url_styleguide": "web:styleguide",
    "url_login": "account_login",
    "url_logout": "account_logout",
    "url_password": "account_change_password",
    "url_mfa": "mfa_index",
}


def surface_of(request: HttpRequest) -> dict[str, Any]:
    """Put ``surface`` into the context of every template (a context processor)."""
    return {"surface": Surface(request)}
