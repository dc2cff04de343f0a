"""Verify the digital signatures of an uploaded PDF against the authorities that the installation trusts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from congbhyt.kernel.clock import VIETNAM
from congbhyt.paper.document import plain

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus

    from congbhyt.paper.bounded import BoundedReader

MOST_SIGNATURES = 20
"""Signatures that are verified; each of them is a walk through the whole file."""
LONGEST_NAME = 200
NOBODY = "Không rõ người ký"

_PEM_NAMES = frozenset({".pem", ".crt", ".cer"})
_DATES_OF_SIGNING = frozenset({"/ModDate", "/Producer"})


class Outcome(StrEnum):
    """What verification found; only VALID stands for a signature by hand."""

    VALID = "valid"
    UNTRUSTED = "untrusted"
    CHANGED = "changed"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    BROKEN = "broken"

    @property
    def sentence(self) -> str:
        """The outcome in words, for who decides about the paper."""
        return _SENTENCES[self]


_SENTENCES = {
    Outcome.VALID: "Chữ ký số hợp lệ, văn bản không bị sửa sau khi ký.",
    Outcome.UNTRUSTED: "Chứng thư số không do tổ chức được hệ thống tin cậy cấp; cần bản giấy ký tên, đóng dấu.",
    Outcome.CHANGED: "Văn bản đã bị sửa sau khi ký số; yêu cầu đơn vị ký lại bản cuối cùng.",
    Outcome.EXPIRED: "Chứng thư số đã hết hạn khi ký; yêu cầu đơn vị ký lại bằng chứng thư còn hạn.",
    Outcome.NOT_YET: "Chứng thư số chưa có hiệu lực khi ký; kiểm tra đồng hồ máy ký rồi ký lại.",
    Outcome.REVOKED: "Chứng thư số đã bị thu hồi; yêu cầu đơn vị ký lại bằng chứng thư khác.",
    Outcome.BROKEN: "Không đọc được chữ ký số; yêu cầu đơn vị ký lại hoặc nộp bản giấy.",
}


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a PDF.

    `signer`, `organisation`, `issuer` and `serial` (hexadecimal digits) are what the certificate says; only if
    `trusted` somebody vouches for it. `claimed_at` is what the signer's computer said. `judged_at` is the moment for
    which the certificate was judged. `intact`: all bytes but the signature's own are signed, and what came later
    is no more than further signatures. `trusted`: the chain leads to an anchor and held at `judged_at`.
    """

    signer: str
    outcome: Outcome
    judged_at: datetime
    organisation: str = ""
    issuer: str = ""
    serial: str = ""
    claimed_at: datetime | None = None
    intact: bool = False
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Anchors:
    """Certificates (DER) of authorities whose signers count; none: no signature is VALID."""

    certificates: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, path: str) -> Anchors:
        """Read a PEM file, or the .pem, .crt and .cer files of a folder; an empty path trusts nobody.

        Raises:
            OSError: there is no such file or folder, or it cannot be read.
            ValueError: a file holds no PEM certificate. Better no start than an installation that trusts
                fewer authorities than its operator believes.
        """
        if not path:
            return cls()
        place = Path(path)
        files = [place]
        if place.is_dir():
            files = sorted(file for file in place.iterdir() if file.suffix.lower() in _PEM_NAMES)
        found = [one for file in files for one in load_pem_x509_certificates(file.read_bytes())]
        if not found:
            raise ValueError(f"{path} holds no certificate")
        return cls(tuple(dict.fromkeys(one.public_bytes(Encoding.DER) for one in found)))


def verify(content: bytes, *, anchors: Anchors, at: datetime) -> tuple[Signature, ...]:
    """Verify each signature of a PDF that `judge` has taken; a file without signatures gives an empty tuple.

    Nothing is raised, whatever the bytes are: what cannot be read is BROKEN.

    Certificates are judged for the moment that the signer claims, because a certificate lives two or three years and
    a letter must stay good when it is read after that. A claim that lies after `at` is worth nothing; then, and
    without a claim, it is `at`. So who holds a key whose certificate has expired can set back a clock; a qualified
    timestamp would settle that, and is not asked for.

    Nothing is fetched from the network. Revocation is known only from CRL and OCSP answers that the file itself
    carries (in the signature or the document security store); a file that carries none is not checked for it.
    """
    if not content.startswith(b"%PDF-"):
        return ()
    try:
        from congbhyt.paper.bounded import BoundedReader

        reader = BoundedReader(content)
        embedded = reader.embedded_regular_signatures
    except Exception:  # noqa: BLE001  # a parser of hostile bytes fails in more ways than it names
        return (Signature(NOBODY, Outcome.BROKEN, at),)
    if len(embedded) > MOST_SIGNATURES:
        return (Signature(NOBODY, Outcome.BROKEN, at),)
    return tuple(_verify(reader, one, content, anchors, at) for one in embedded)


def _verify(
    reader: BoundedReader, embedded: EmbeddedPdfSignature, content: bytes, anchors: Anchors, at: datetime
) -> Signature:
    facts: dict[str, Any] = {"signer": NOBODY, "judged_at": at}
    try:
        facts |= _certificate_facts(embedded.signer_cert)
        claimed = _claimed(embedded)
        moment = claimed if claimed and claimed <= at else at
        facts |= {"claimed_at": claimed, "judged_at": moment}
        status = _status(reader, embedded, anchors, moment)
        intact = status.intact and _covers(reader, embedded, content, status)
        outcome = _outcome(status, intact=intact, moment=moment)
        return Signature(**facts, outcome=outcome, intact=intact, trusted=status.trusted)
    except Exception:  # noqa: BLE001  # a parser of hostile bytes fails in more ways than it names
        return Signature(**facts, outcome=Outcome.BROKEN)


def _certificate_facts(certificate: Any) -> dict[str, str]:
    subject = certificate.subject.native
    return {
        "signer": _name(subject.get("common_name")) or NOBODY,
        "organisation": _name(subject.get("organization_name")),
        "issuer": _name(certificate.issuer.native.get("common_name")),
        "serial": f"{certificate.serial_number:x}"[:LONGEST_NAME],
    }


def _name(value: object) -> str:
    parts = value if isinstance(value, list) else [value or ""]
    return re.sub(r"\s+", " ", plain(", ".join(str(part) for part in parts))).strip()[:LONGEST_NAME]


def _claimed(embedded: EmbeddedPdfSignature) -> datetime | None:
    """What the signer's computer said, in UTC; without a zone it is taken for Việt Nam's time, where signers are."""
    claimed = embedded.self_reported_timestamp
    if claimed is None:
        return None
    return (claimed if claimed.tzinfo else claimed.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _status(
    reader: BoundedReader, embedded: EmbeddedPdfSignature, anchors: Anchors, moment: datetime
) -> PdfSignatureStatus:
    from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]  # the library's own, without types
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    crls, answers, certificates = _carried(reader, embedded)
    context = ValidationContext(
        trust_roots=[Certificate.load(one) for one in anchors.certificates],
        other_certs=certificates,
        moment=moment,
        allow_fetching=False,
        crls=crls,
        ocsps=answers,
        revocation_mode="soft-fail",
        # What a file carries was asked for when it was signed, so moments after the claimed one.
        retroactive_revinfo=True,
    )
    # Certificates of Vietnamese authorities name either use or both for signing.
    usage = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
    return validate_pdf_signature(embedded, context, diff_policy=_only_signatures(), key_usage_settings=usage)


def _carried(reader: BoundedReader, embedded: EmbeddedPdfSignature) -> tuple[list[Any], list[Any], list[Any]]:
    """CRLs, OCSP answers and certificates in the signature (Adobe's attribute) and in the document security store."""
    from pyhanko.pdf_utils.decode_limits import DecodePurpose
    from pyhanko.sign.general import find_cms_attribute_iter
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    crls: list[Any] = []
    answers: list[Any] = []
    certificates: list[Any] = []
    for attribute in find_cms_attribute_iter(embedded.signer_info["signed_attrs"], "adobe_revocation_info_archival"):
        crls += list(attribute["crl"] or ())
        answers += list(attribute["ocsp"] or ())
    if "/DSS" in reader.root:
        store = DocumentSecurityStore.read_dss(reader)
        certificates += list(store.load_certs())
        crls += [one.get_object().read_data(DecodePurpose.CRL) for one in store.crls]
        answers += [one.get_object().read_data(DecodePurpose.OCSP_RESPONSE) for one in store.ocsps]
    return crls, answers, certificates


def _only_signatures() -> Any:
    """The library's policy for later revisions, without its rule that lets fields of the form be filled in."""
    from pyhanko.sign import diff_analysis

    diff: Any = diff_analysis  # its rules have no types
    later = diff.ModificationLevel.LTA_UPDATES
    rules = [diff.DocInfoRule, diff.XrefStreamRule, diff.ObjectStreamRule, diff.DSSCompareRule, diff.MetadataUpdateRule]
    return diff.StandardDiffPolicy(
        global_rules=[diff.CatalogModificationRule(), *(rule().as_qualified(later) for rule in rules)],
        form_rule=diff.FormUpdatingRule([diff.SigFieldCreationRule(), diff.SigFieldModificationRule()]),
    )


def _covers(reader: BoundedReader, embedded: Any, content: bytes, status: PdfSignatureStatus) -> bool:
    """Whether all bytes are signed, or what is not is further signatures, timestamps or proofs of validity.

    The gap must be the signature itself and zeros: a wider one, or other padding, would leave bytes unsigned.
    """
    from asn1crypto import parser  # type: ignore[import-untyped]  # the library's own, without types

    _, length, start, rest = (int(number) for number in embedded.byte_range)
    gap = content[length:start]
    if gap[:1] + gap[-1:] != b"<>" or bytes.fromhex(gap[1:-1].decode("ascii")) != embedded.pkcs7_content:
        return False
    padding = embedded.pkcs7_content[parser.peek(embedded.pkcs7_content) :]
    if int(embedded.byte_range[0]) != 0 or padding.strip(b"\0") or not status.docmdp_ok:
        return False
    later = range(embedded.signed_revision + 1, reader.total_revisions)
    if not later:
        return start + rest == len(content)
    return all(_is_proof(reader, revision) for revision in later) and _same_titles(reader, embedded.signed_revision)


def _is_proof(reader: BoundedReader, revision: int) -> bool:
    """Whether `revision` added a signature, a timestamp or validity data, the only reasons to touch signed paper."""
    if revision in {one.signed_revision for one in reader.embedded_signatures}:
        return True
    before, after = (reader.get_historical_root(number) for number in (revision - 1, revision))
    store = after.get_value_as_reference("/DSS", optional=True)
    return store is not None and (
        "/DSS" not in before or reader.xrefs.get_historical_ref(store, revision) != _place(reader, store, revision - 1)
    )


def _place(reader: BoundedReader, reference: Any, revision: int) -> Any:
    return reader.xrefs.get_historical_ref(reference, revision)


def _same_titles(reader: BoundedReader, signed: int) -> bool:
    """Whether title and keywords are still the signed ones; the check code of an upload is read from them."""
    then, now = (_titles(reader, revision) for revision in (signed, reader.total_revisions - 1))
    return then == now


def _titles(reader: BoundedReader, revision: int) -> dict[str, str]:
    trailer = reader.get_historical_resolver(revision).trailer_view
    if "/Info" not in trailer:
        return {}
    about = trailer["/Info"]
    return {str(key): str(about[key]) for key in about if key not in _DATES_OF_SIGNING}


def _outcome(status: PdfSignatureStatus, *, intact: bool, moment: datetime) -> Outcome:
    """The gravest finding; a change counts before trust, because trust says nothing about what is not signed."""
    chain = list(status.validation_path.iter_certs(include_root=True)) if status.validation_path else []
    findings = (
        (not intact, Outcome.CHANGED),
        (not status.valid, Outcome.BROKEN),
        (status.trusted, Outcome.VALID),
        (status.revoked, Outcome.REVOKED),
        (any(moment < one.not_valid_before for one in chain), Outcome.NOT_YET),
        (any(moment > one.not_valid_after for one in chain), Outcome.EXPIRED),
    )
    return next((outcome for holds, outcome in findings if holds), Outcome.UNTRUSTED)
