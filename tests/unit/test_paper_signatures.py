"""Digital signatures on uploaded PDF: only a whole file, signed under a trusted authority, counts."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys  # type: ignore[import-untyped]  # pyHanko's own, without types
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from congbhyt.paper import signatures
from congbhyt.paper.document import Document
from congbhyt.paper.pdf import as_pdf
from congbhyt.paper.signatures import NOBODY, Anchors, Outcome, Signature, verify
from congbhyt.paper.uploads import judge

NOW = datetime.now(UTC).replace(microsecond=0)  # the signing library asks the clock, so the tests begin at its moment
DAY = timedelta(days=1)
LATER = NOW + DAY
LETTER = Document(issuer="Đơn vị Mẫu", title="Đơn", check_code="0123456789ABCDEF")


@dataclass(frozen=True)
class Authority:
    """A made-up authority; its certificates tell where to fetch, and nothing may be fetched there."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def anchors(self) -> Anchors:
        return Anchors((self.certificate.public_bytes(Encoding.DER),))


@lru_cache
def authority(name: str = "CA Mẫu") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = _certificate(subject, subject, key.public_key(), NOW - 900 * DAY, NOW + 900 * DAY)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    uses = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return Authority(key, built.add_extension(uses, critical=True).sign(key, hashes.SHA256()))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Any, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def signer(
    begins: datetime = NOW - 30 * DAY,
    ends: datetime = NOW + 365 * DAY,
    by: Authority | None = None,
    *,
    commits: bool = True,
) -> signers.SimpleSigner:
    by = by or authority()
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Bệnh viện Mẫu"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Nguyễn Thị Mẫu"),
        ]
    )
    places = [x509.UniformResourceIdentifier("http://crl.invalid/a.crl")]
    answers = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.invalid")
    )
    uses = x509.KeyUsage(
        digital_signature=True, content_commitment=commits, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        _certificate(subject, by.certificate.subject, key.public_key(), begins, ends)
        .add_extension(uses, critical=True)
        .add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([*places], None, None, None)]), critical=False
        )
        .add_extension(x509.AuthorityInformationAccess([answers]), critical=False)
        .sign(by.key, hashes.SHA256())
    )
    made_store: Any = SimpleCertificateStore
    chain = made_store()
    chain.register(asn1_x509.Certificate.load(by.certificate.public_bytes(Encoding.DER)))
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(made.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=chain,
    )


def signed(content: bytes | None = None, who: Any = None, field: str = "Ký", **about: Any) -> bytes:
    """Sign `content`, or the letter."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content or as_pdf(LETTER)))
    written: Any = signers.sign_pdf(
        writer, signers.PdfSignatureMetadata(field_name=field, **about), signer=who or signer()
    )
    read: bytes = written.getvalue()
    return read


def updated(content: bytes, change: Callable[[Any], None]) -> bytes:
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(content))
    change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def only(content: bytes, at: datetime = LATER, anchors: Anchors | None = None) -> Signature:
    (found,) = verify(content, anchors=anchors or authority().anchors, at=at)
    return found


def revocations(who: Any, when: datetime) -> bytes:
    entry = x509.RevokedCertificateBuilder().serial_number(who.signing_cert.serial_number).revocation_date(when).build()
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority().certificate.subject)
        .last_update(NOW - DAY)
        .next_update(NOW + 7 * DAY)
        .add_revoked_certificate(entry)
        .sign(authority().key, hashes.SHA256())
    )
    return listed.public_bytes(Encoding.DER)


def with_store(content: bytes, crl: bytes) -> bytes:
    """Append a document security store with a CRL, as signing programs do after signing."""
    from asn1crypto import crl as asn1_crl

    written = io.BytesIO(content)
    DocumentSecurityStore.add_dss(written, sig_contents=None, crls=[asn1_crl.CertificateList.load(crl)])
    return written.getvalue()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_signature_under_a_trusted_authority_is_valid_and_names_its_signer() -> None:
    who = signer()
    found = only(signed(who=who))
    assert (found.outcome, found.intact, found.trusted) == (Outcome.VALID, True, True)
    assert (found.signer, found.organisation, found.issuer) == ("Nguyễn Thị Mẫu", "Bệnh viện Mẫu", "CA Mẫu")
    assert who.signing_cert is not None
    assert found.serial == f"{who.signing_cert.serial_number:x}"
    assert found.claimed_at == found.judged_at
    assert found.claimed_at
    assert abs(found.claimed_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_what_is_signed_is_taken_as_upload_with_its_check_code() -> None:
    upload = judge(signed(), most_bytes=5_000_000, most_pages=3)
    assert upload.check_codes == ("0123-4567-89AB-CDEF",)


@pytest.mark.parametrize("content", [as_pdf(LETTER), b"", b"\xff\xd8\xff", b"<html>"])
def test_files_without_signatures_have_none(content: bytes) -> None:
    assert verify(content, anchors=authority().anchors, at=NOW) == ()


def test_nobody_is_trusted_without_anchors_and_nobody_of_another_authority() -> None:
    content = signed()
    for anchors in (Anchors(), Anchors.read(""), authority("CA Khác").anchors):
        found = verify(content, anchors=anchors, at=LATER)
        assert [(one.outcome, one.intact, one.trusted) for one in found] == [(Outcome.UNTRUSTED, True, False)]


def test_an_authority_of_the_same_name_with_another_key_is_not_trusted() -> None:
    real, false = authority(), authority.__wrapped__()
    assert real.certificate.subject == false.certificate.subject
    assert only(signed(who=signer(by=false))).outcome is Outcome.UNTRUSTED


def test_an_authority_that_changed_its_key_is_trusted_with_both() -> None:
    old, new = authority(), authority.__wrapped__()
    both = Anchors(old.anchors.certificates + new.anchors.certificates)
    assert [only(signed(who=signer(by=by)), anchors=both).outcome for by in (old, new)] == [Outcome.VALID] * 2


def test_a_certificate_for_digital_signatures_alone_counts() -> None:
    assert only(signed(who=signer(commits=False))).outcome is Outcome.VALID


def test_nobody_that_a_certificate_names_comes_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert only(signed(), anchors=Anchors()).outcome is Outcome.UNTRUSTED
    assert only(updated(signed(), new_note)).outcome is Outcome.CHANGED
    assert caplog.text == ""


def test_a_certificate_that_signs_itself_is_not_trusted() -> None:
    itself = authority("Nguyễn Thị Mẫu")
    der = itself.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(itself.certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=signer().cert_registry,
    )
    assert only(signed(who=own)).outcome is Outcome.UNTRUSTED


def test_a_changed_byte_is_a_change() -> None:
    content = signed()
    place = content.index(b"CongBHYT-0123") + len("CongBHYT-")
    assert only(content[:place] + b"9" + content[place + 1 :]).outcome is Outcome.CHANGED


def new_keywords(writer: Any) -> None:
    writer.trailer["/Info"][pdf_name("/Keywords")] = pdf_string("CongBHYT-ZZZZ-ZZZZ-ZZZZ-ZZZZ")
    writer.update_container(writer.trailer["/Info"])


def new_page_content(writer: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"))
    writer.update_container(page)


def new_note(writer: Any) -> None:
    made: Any = generic.DictionaryObject
    note = made({pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText")})
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def new_entry(writer: Any) -> None:
    writer.root[pdf_name("/Lang")] = pdf_string("en")
    writer.update_root()


def nothing(writer: Any) -> None:
    writer.update_root()


@pytest.mark.parametrize("change", [new_keywords, new_page_content, new_note, new_entry, nothing])
def test_whatever_is_appended_after_signing_is_a_change(change: Callable[[Any], None]) -> None:
    content = signed()
    later = updated(content, change)
    assert later.startswith(content)
    found = only(later)
    assert (found.outcome, found.intact) == (Outcome.CHANGED, False)


@pytest.mark.parametrize("tail", [b"\n", b"%later\n%%EOF\n", b"\0" * 20])
def test_bytes_behind_the_signed_ones_are_a_change(tail: bytes) -> None:
    assert only(signed() + tail).outcome in {Outcome.CHANGED, Outcome.BROKEN}


def test_two_people_may_sign_one_after_the_other() -> None:
    content = signed(signed(), field="Ký thứ hai")
    found = verify(content, anchors=authority().anchors, at=LATER)
    assert [one.outcome for one in found] == [Outcome.VALID, Outcome.VALID]


def test_a_second_signature_covers_up_no_change_for_the_first() -> None:
    content = signed(updated(signed(), new_keywords), field="Ký thứ hai")
    found = verify(content, anchors=authority().anchors, at=LATER)
    assert [one.outcome for one in found] == [Outcome.CHANGED, Outcome.VALID]
    slipped = updated(signed(), new_keywords)
    assert [one.outcome for one in verify(slipped, anchors=authority().anchors, at=LATER)] == [Outcome.CHANGED]


def test_a_signature_that_forbids_all_later_ones_is_changed_by_another() -> None:
    first = signed(certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    assert only(first).outcome is Outcome.VALID
    # The library itself refuses to sign this, so the update imitates a program that does not ask.
    assert only(updated(first, new_entry)).outcome is Outcome.CHANGED


@pytest.mark.parametrize("filling", [b" " * 40, b"41" * 20])
def test_bytes_beside_the_signature_that_are_not_signed_are_a_change(filling: bytes) -> None:
    """The room for a signature is larger than the signature; its digest holds whatever stands in the rest."""
    content = signed()
    end = gap(content)[-1]
    found = only(content[: end - 41] + filling + content[end - 1 :])
    assert found.outcome in {Outcome.CHANGED, Outcome.BROKEN}
    assert not found.intact


def gap(content: bytes) -> range:
    """The places that the only signature leaves out of what it signs."""
    start = content.index(b"/Contents <") + len(b"/Contents ")
    return range(start, content.index(b">", start) + 1)


def test_a_certificate_is_judged_for_the_moment_of_signing() -> None:
    content = signed(who=signer(ends=NOW + 2 * DAY))
    found = only(content, at=NOW + 800 * DAY)
    assert found.outcome is Outcome.VALID
    assert found.judged_at == found.claimed_at


def test_a_certificate_that_was_over_or_not_begun_does_not_count() -> None:
    assert only(signed(who=signer(ends=NOW - DAY))).outcome is Outcome.EXPIRED
    assert only(signed(who=signer(begins=NOW + 10 * DAY))).outcome is Outcome.NOT_YET


def test_a_claim_from_the_future_is_worth_nothing() -> None:
    who = signer(begins=NOW - DAY)
    found = only(signed(who=who), at=NOW - 5 * DAY)
    assert found.claimed_at
    assert found.claimed_at > found.judged_at == NOW - 5 * DAY
    assert found.outcome is Outcome.NOT_YET


def test_a_revocation_that_the_file_carries_in_its_store_counts() -> None:
    who = signer()
    content = with_store(signed(who=who), revocations(who, NOW - 2 * DAY))
    assert (only(content).outcome, only(content).intact) == (Outcome.REVOKED, True)


def test_validity_data_may_be_added_after_signing() -> None:
    who = signer()
    other = revocations(signer(), NOW - 2 * DAY)
    assert only(with_store(signed(who=who), other)).outcome is Outcome.VALID


def test_a_revocation_that_the_signature_carries_counts() -> None:
    who = signer()
    asked = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(one) for one in authority().anchors.certificates],
        crls=[revocations(who, NOW - 2 * DAY)],
        moment=NOW - 10 * DAY,
        retroactive_revinfo=True,
    )
    content = signed(who=who, validation_context=asked, embed_validation_info=True)
    assert only(content).outcome is Outcome.REVOKED


def test_a_revocation_after_signing_leaves_the_signature_good() -> None:
    who = signer()
    content = with_store(signed(who=who), revocations(who, NOW + 12 * timedelta(hours=1)))
    assert only(content, at=NOW + 3 * DAY).outcome is Outcome.VALID


def test_a_signature_that_cannot_be_read_is_broken() -> None:
    content = signed()
    place = content.index(b"/Contents <") + len(b"/Contents <")
    found = only(content[:place] + b"00" * 40 + content[place + 80 :])
    assert (found.outcome, found.signer, found.trusted) == (Outcome.BROKEN, NOBODY, False)
    assert only(b"%PDF-1.7\n").outcome is Outcome.BROKEN


def test_signatures_without_end_are_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "MOST_SIGNATURES", 1)
    assert only(signed()).outcome is Outcome.VALID
    assert only(signed(signed(), field="Ký thứ hai")).outcome is Outcome.BROKEN


def test_anchors_come_from_a_file_or_a_folder(tmp_path: Path) -> None:
    first, second = (one.certificate.public_bytes(Encoding.PEM) for one in (authority(), authority("CA Khác")))
    (tmp_path / "a.pem").write_bytes(first + second)
    (tmp_path / "b.CRT").write_bytes(first)
    (tmp_path / "notes.txt").write_text("no certificate")
    assert len(Anchors.read(str(tmp_path)).certificates) == 2
    assert len(Anchors.read(str(tmp_path / "b.CRT")).certificates) == 1
    assert only(signed(), anchors=Anchors.read(str(tmp_path))).outcome is Outcome.VALID


def test_anchors_that_cannot_be_read_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no certificate"):
        Anchors.read(str(tmp_path))
    (tmp_path / "a.pem").write_text("no certificate")
    with pytest.raises(ValueError, match="PEM"):
        Anchors.read(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        Anchors.read(str(tmp_path / "missing"))


def test_every_outcome_has_a_sentence_of_its_own() -> None:
    sentences = [outcome.sentence for outcome in Outcome]
    assert len(set(sentences)) == len(sentences) == 7
    assert all(sentence.endswith(".") for sentence in sentences)


@lru_cache
def sample() -> bytes:
    return signed()


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_no_damaged_file_raises_or_is_valid(data: st.DataObject) -> None:
    """Inside the signature stand copies of other certificates, which nobody needs and nobody signed."""
    damaged = bytearray(sample())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] ^= data.draw(st.integers(1, 255))
    found = verify(bytes(damaged), anchors=authority().anchors, at=LATER)
    untouched = sample()[: gap(sample())[0]], sample()[gap(sample())[-1] :]
    if not (damaged.startswith(untouched[0]) and damaged.endswith(untouched[1])):
        assert all(one.outcome is not Outcome.VALID for one in found)
    verify(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]), anchors=Anchors(), at=LATER)
