"""Published figures as a panel: municipalities by year, on comparable borders."""

from evaluatie.panel.gemeentejaren import UITKOMSTEN, Gemeentepanel, build_gemeentepanel, build_land

__all__ = ["UITKOMSTEN", "Gemeentepanel", "build_gemeentepanel", "build_land"]
