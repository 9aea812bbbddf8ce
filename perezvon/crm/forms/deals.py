"""Forms of deals."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.staff import reads

from ..custom.asking import add_to, taken_from
from ..inputs import Day, Roubles
from ..models import Deal, LostReason, Product, Stage, StageCheck
from .fields import VersionForm, add_responsible


class DealForm(VersionForm):
    """What a deal is about."""

    title = forms.CharField(label=_("Title"), max_length=200)
    amount = Roubles(label=_("Amount, ₽"))
    product = forms.ModelChoiceField(Product.objects.none(), label=_("Product"), required=False)
    expected_on = Day(label=_("Sale expected on"), required=False)

    def __init__(self, data: Any = None, *, user: Any, deal: Deal | None = None, **initial: Any) -> None:
        if deal is not None:
            names = ("title", "amount", "expected_on", "version")
            initial = {name: getattr(deal, name) for name in names} | {"product": deal.product_id}
        super().__init__(data, initial=initial)
        self.fields["product"].queryset = Product.objects.filter(is_archived=False)  # type: ignore[attr-defined]
        add_responsible(self, user, "deal", deal.responsible_id if deal else user.pk)
        add_to(self, "deal", deal, is_new=deal is None)

    def changes(self) -> dict[str, Any]:
        """Columns of the deal; the department comes with the responsible."""
        changed = super().changes()
        product = changed.pop("product")
        changed["product_id"] = product.pk if product else None
        if "responsible_id" in changed:
            changed["department_id"] = reads.department_of(changed["responsible_id"])
        changed["custom"] = taken_from(changed, "deal")
        return changed


class NewDealForm(DealForm):
    """A new deal: where it begins."""

    version = None  # type: ignore[assignment]
    stage = forms.ModelChoiceField(Stage.objects.none(), label=_("Stage"))

    def __init__(self, data: Any = None, *, user: Any, **initial: Any) -> None:
        super().__init__(data, user=user, **initial)
        stages = Stage.objects.filter(
            kind__in=("unsorted", "open", "warm_up"), pipeline__is_archived=False, is_archived=False
        )
        field = self.fields["stage"]
        field.queryset = stages.order_by("pipeline__order", "pipeline_id", "order")  # type: ignore[attr-defined]
        field.initial = stages.filter(kind="open").order_by("-pipeline__is_default", "order").first()


class NeedsForm(forms.Form):
    """What a stage asks for and the deal lacks; only that."""

    stage = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, needs: Sequence[str] = (), items: Sequence[StageCheck] = (), stage: Stage
    ) -> None:
        super().__init__(data, initial={"stage": stage.pk})
        self.needs, self.items = list(needs), list(items)
        if Stage.Need.AMOUNT in needs:
            self.fields["amount"] = Roubles(label=_("Amount, ₽"), min_value=1)
        if Stage.Need.PRODUCT in needs:
            products = Product.objects.filter(is_archived=False)
            self.fields["product"] = forms.ModelChoiceField(products, label=_("Product"))
        if Stage.Need.COMPANY in needs:
            self.fields["company"] = forms.CharField(label=_("Company"), max_length=200)
        if Stage.Need.EXPECTED in needs:
            self.fields["expected_on"] = Day(label=_("Sale expected on"))
        if items:
            self.fields["checks"] = forms.MultipleChoiceField(
                label=_("Done before that"), widget=forms.CheckboxSelectMultiple,
                choices=[(item.pk, item.text) for item in items],
            )  # fmt: skip

    def clean_checks(self) -> list[str]:
        """All of them are needed."""
        ticked: list[str] = self.cleaned_data["checks"]
        if len(ticked) < len(self.items):
            raise forms.ValidationError(_("Everything must be ticked off to come here."))
        return ticked

    @property
    def is_enough(self) -> bool:
        """Whether the form can give all that is asked; a next action is planned elsewhere."""
        return Stage.Need.NEXT not in self.needs


class LoseForm(forms.Form):
    """Why a deal is lost."""

    stage = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ModelChoiceField(LostReason.objects.none(), label=_("Reason"))
    comment = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = LostReason.objects.filter(is_archived=False)  # type: ignore[attr-defined]


class WinForm(forms.Form):
    """For how much a deal is won; what was sold stands beside it (forms/lines.py)."""

    stage = forms.IntegerField(widget=forms.HiddenInput)
    amount = Roubles(label=_("Amount of the sale, ₽"), required=False)


class EmptyForm(forms.Form):
    """Only for what is said about other fields."""
