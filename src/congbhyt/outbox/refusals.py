"""What the outbox refuses."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class ConsoleOutsideSandboxError(Refusal):
    """The console is named outside a sandbox."""

    code = "SMS_TEST_TRANSPORT"
    template = (
        "Cách gửi tin «console» chỉ dùng trong môi trường thử (sandbox), vì nó in nội dung tin ra màn hình. "
        "Sửa CONGBHYT_SMS_PROVIDERS."
    )


class SandboxSendsError(Refusal):
    """A sandbox names a provider that sends to real telephones."""

    code = "SMS_FROM_SANDBOX"
    template = (
        "Đây là môi trường thử (sandbox), không gửi tin nhắn thật. Bỏ nhà cung cấp trong CONGBHYT_SMS_PROVIDERS, "
        "hoặc đặt CONGBHYT_SMS_FROM_SANDBOX=1 nếu thật sự muốn gửi."
    )


class ReportRefusedError(Refusal):
    """A delivery report without the mark that we gave to the provider."""

    code = "SMS_REPORT_REFUSED"
    template = "Báo phát không hợp lệ."
