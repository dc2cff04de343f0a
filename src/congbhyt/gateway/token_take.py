"""POST /api/token/take: opens a session (CV 3190/BHXH-CNTT §1, CV 1245/BHXH-CNTT §I.1)."""

from __future__ import annotations

from congbhyt.gateway.reply import Reply
from congbhyt.gateway.request import Request
from congbhyt.gateway.state import State
from congbhyt.kernel.clock import session_end
from congbhyt.tokens import actions as tokens
from congbhyt.tokens.actions import Credentials


def serve(request: Request, state: State) -> Reply:
    """Answer with a session.

    Raises:
        Refusal: as `tokens.actions.take`.
    """
    credentials = Credentials(
        request.text("username") or "", request.text("password") or "", request.text("maCSKCB") or ""
    )
    issued = tokens.take(
        credentials,
        caller=request.caller,
        verifier=state.verifier,
        policy=request.policy,
        at=request.at,
    )
    return Reply(
        {
            "maKetQua": "200",
            "APIKey": {
                "access_token": issued.access_token,
                "id_token": str(issued.id_token),
                "token_type": "Bearer",
                "username": issued.account_name,
                "expires_in": session_end(issued.expires_at),
            },
        }
    )
