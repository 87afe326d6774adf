"""Who may see which dataset: members of the organisation that bought it, and nobody else."""

from accounts.access import require
from accounts.models import Membership, Role, User
from common.errors import NotFound
from common.language import gettext as _
from fulfilment.models import Dataset, DatasetFile, DatasetRevision


def dataset_for(user: User, reference: str, *, need: Role = Role.VIEWER) -> Dataset:
    """The dataset, with its line, offer and organisation loaded.

    :raises NotFound: no such dataset, or another organisation's: the two look the same.
    :raises NotAllowed: a member, but with a lesser role than needed.
    """
    dataset, membership = _found(user, reference)
    require(membership, need=need)
    return dataset


def membership_in(user: User, dataset: Dataset) -> Membership:
    """The person's membership of the organisation whose dataset this is."""
    return Membership.objects.select_related("organisation").get(
        user=user, organisation_id=dataset.order_line.order.organisation_id
    )


def revision_of(dataset: Dataset, number: int) -> DatasetRevision:
    """A revision that was released at some time.

    :raises NotFound: there is none of that number.
    """
    found = dataset.revisions.filter(number=number, sealed_at__isnull=False).first()
    if found is None:
        raise NotFound(_("This dataset has no such revision."))
    found.dataset = dataset
    return found


def file_of(dataset: Dataset, file_id: int) -> DatasetFile:
    """A file of one of the dataset's revisions.

    :raises NotFound: there is none, or it is another dataset's.
    """
    found = DatasetFile.objects.select_related("revision").filter(
        pk=file_id, revision__dataset=dataset
    )
    file = found.first()
    if file is None:
        raise NotFound(_("This dataset has no such file."))
    return file


def _found(user: User, reference: str) -> tuple[Dataset, Membership]:
    dataset = (
        Dataset.objects.select_related(
            "order_line__order__organisation", "order_line__offer_version__offer"
        )
        .filter(reference=reference, order_line__order__organisation__in=user.organisations.all())
        .first()
    )
    if dataset is None:
        raise NotFound(_("We found no such dataset among yours."))
    return dataset, membership_in(user, dataset)
