"""What a provider is: a class that knows one remote service and nothing of Django models.

A provider is one file and one dotted path in ``ESM_PORTAL["PROVIDERS"]``. The engine makes one
instance per run, calls :meth:`Provider.iter_batches` and stores what comes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from esm_portal.http import HTTPClient
from esm_portal.types import Batch, ChannelData, ChannelInfo, Cursor


@dataclass(frozen=True, kw_only=True)
class AccountData:
    """One authorised connection, as a provider sees it."""

    #: Stable id of the account in this portal; requests are counted against it.
    key: str
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    #: Decrypted secrets; never in a repr.
    credentials: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Provider(ABC):
    """Base class. A subclass sets the class attributes and implements :meth:`iter_batches`."""

    #: Stable id, stored with every account: ``[a-z][a-z0-9_]*``.
    id: ClassVar[str]
    #: Name as people read it, for example "Viva Engage".
    name: ClassVar[str]
    #: Names of the options an account may have -> one sentence each.
    option_help: ClassVar[Mapping[str, str]] = {}
    #: Names of the secrets an account may have -> one sentence each.
    credential_help: ClassVar[Mapping[str, str]] = {}

    def __init__(self, account: AccountData, http: HTTPClient) -> None:
        self.account = account
        self.http = http

    @abstractmethod
    def iter_batches(self, channel: ChannelData, cursor: Cursor | None) -> Iterator[Batch]:
        """Yield what is new in ``channel`` since ``cursor`` (None: everything).

        A batch's own cursor must be safe to store once its posts are stored. Raises
        :class:`~esm_portal.exceptions.ProviderError` subclasses and nothing else.
        """

    def discover(self, query: str = "") -> Iterable[ChannelInfo]:  # noqa: ARG002
        """Channels this account can read; ``query`` is a search word or an address, as the service needs.

        Raises ProviderError when the service does not answer.
        """
        return ()

    def test(self) -> str:
        """One sentence about who the account is connected as. Raises ProviderError when it is not."""
        return ""
