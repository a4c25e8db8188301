"""The guest of the battery, in Python."""

import os
import sys
import time

from microcore_sidecar import FromSidecar, Refused, Reply, Response, Sidecar

VERSION = "1"

app = Sidecar(slots=4)


@app.route("echo")
def echo(call):
    return {"text": call.parameters["text"], "query": call.query, "method": call.method}


@app.route("version")
def version(call):
    return VERSION


@app.route("mirror")
def mirror(call):
    return Response(call.body, status=201, headers={"x-seen": call.headers.get("x-sent", "")}, media_type="text/x-mirror")


@app.route("order")
def order(call):
    rows = call.query_rows("order", int(call.parameters["id"]))
    if not rows:
        raise Refused(404, "no such order")
    return rows[0]


@app.route("take")
def take(call):
    order = call.json()
    with call.transaction():
        call.execute("take", order["id"], order["total"])
        if order.get("fails"):
            raise ValueError("a transaction that does not end well")
    call.set_state("last", order["id"])
    return {"last": call.get_state("last"), "shop": app.config("SHOP_NAME"), "motto": app.config("SHOP_MOTTO")}


@app.on("order.paid")
def paid(call):
    if call.attempt <= call.data["failing"]:
        raise RuntimeError("not yet")
    call.publish("invoice.rendered", order=call.data["id"], attempt=call.attempt)
    call.log("the invoice is rendered")


def spin():
    while True:
        pass


def deep(depth):
    return deep(depth + 1) + 1


@app.route("try")
def attempt(call):
    what = call.parameters["what"]
    if what == "spin":
        spin()
    elif what == "wait":
        call.cancelled.wait(30)
    elif what == "hog":
        held = []
        while True:
            held.append(bytearray(b"x" * (1 << 20)))
    elif what == "exit":
        os._exit(3)
    elif what == "deep":
        sys.setrecursionlimit(1 << 30)
        return deep(0)
    elif what in ("huge", "gigabyte"):
        # Past the SDK, which would not send it.
        reply = Reply(id=call.id)
        reply.response.status = 200
        reply.response.body = bytes(1 << 30 if what == "gigabyte" else 64 << 20)
        app._replies.put(FromSidecar(reply=reply))
        time.sleep(30)
    elif what == "large":
        return bytes(2 << 20)
    elif what == "status":
        return Response(status=99)
    elif what == "fail":
        raise ValueError("the secret reason")
    elif what == "statement":
        call.query_rows("everything")
    elif what == "event":
        call.publish("order.paid", id=1, failing=0)
    elif what == "setting":
        app.config("DB_URL")
    elif what == "fields":
        call.publish("invoice.rendered", order="one")
    elif what == "environment":
        return sorted(name for name in os.environ if name.startswith("CARGO"))
    elif what == "pid":
        return os.getpid()
    return {}


app.run()
