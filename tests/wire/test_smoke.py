from tests.wire.client import Client


def test_a_look_up_answers_with_history(client: Client, session: str) -> None:
    heard = client.ask(session)
    print(heard.raw.decode())
    assert heard.code == "000"
    assert len(heard.json["dsLichSuKCB2018"]) == 3
