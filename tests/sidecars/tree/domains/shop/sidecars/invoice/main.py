"""The guest of the source tree, in Python."""

from microcore_sidecar import Refused, Response, Sidecar

app = Sidecar(slots=4)


@app.route("one")
def one(call):
    rows = call.query_rows("one", int(call.parameters["id"]))
    if not rows:
        raise Refused(404, "no such invoice")
    return rows[0]


@app.route("make")
def make(call):
    invoice = call.json()
    with call.transaction():
        call.execute("make", invoice["id"], invoice["total"])
        call.publish("invoice.rendered", order=invoice["id"], attempt=0)
        if invoice.get("fails"):
            raise ValueError("a transaction that does not end well")
    call.set_state("last", invoice["id"])
    return Response("", status=201)


@app.route("me")
def me(call):
    return {"who": call.claims["sub"], "shop": app.config("SHOP_NAME"), "last": call.get_state("last")}


@app.on("order.paid")
def paid(call):
    if call.attempt <= call.data["failing"]:
        raise RuntimeError("not yet")
    call.publish("invoice.rendered", order=call.data["id"], attempt=call.attempt)


app.run()
