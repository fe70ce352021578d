"""A row of the table: what was measured, the target, the figure, the verdict."""

import dataclasses


@dataclasses.dataclass
class Row:
    name: str
    unit: str
    target: float
    figure: float | None = None
    detail: dict = dataclasses.field(default_factory=dict)
    at_least: bool = False
    """The target is a least and not a most."""
    reason: str | None = None
    """Why there is no figure."""

    @property
    def verdict(self):
        if self.figure is None:
            return "not measured"
        met = self.figure >= self.target if self.at_least else self.figure <= self.target
        return "met" if met else "MISSED"

    def text(self):
        sign = ">=" if self.at_least else "<="
        figure = "-" if self.figure is None else f"{self.figure:.4g}" if self.figure < 1000 else f"{self.figure:,.0f}"
        line = f"{self.name:<62} {sign} {self.target:<6g} {figure:>8}  {self.verdict:<12} {self.unit}"
        return line + (f" ({self.reason})" if self.reason else "")

    def document(self):
        return {"name": self.name, "unit": self.unit, "target": self.target, "target_is": "least" if self.at_least
                else "most", "figure": self.figure, "verdict": self.verdict, "reason": self.reason,
                "detail": self.detail}
