"""The handler wlm-status for programs: its state as JSON, and actions by POST."""
import datetime
import json
import urllib.parse

LOCATION = '<Location "/wlm-status">\nSetHandler wlm-status\nWLMAdmin Unauthenticated\n</Location>\n'


def post(server, headers=None, **form):
    """A form, with the field that programs send, or with these headers. for_ is the field for."""
    fields = {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"} if headers is None else {
        "Content-Type": "application/x-www-form-urlencoded", **headers}
    return server.client.send("POST", "/wlm-status", urllib.parse.urlencode({k.rstrip("_"): v for k, v in form.items()}),
                              fields)


def steer(server, action, **form):
    """An action that must succeed; what was answered."""
    answer = post(server, action=action, **form)
    assert answer.status == 200, answer
    return answer.body.decode()


def everything(server):
    return json.loads(server.client.get("/wlm-status?format=json").body)


def state(server):
    """Members by name."""
    return {m["name"]: m for c in everything(server)["clusters"] for m in c["members"]}


def moment(text):
    """A time of the state, in seconds since 1970."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
