"""A MicroCore plugin in Python. Copy this file beside your main.py; it needs `grpcio` and `protobuf`.

    from microcore_sidecar import Sidecar, Response

    app = Sidecar()

    @app.route("greet")
    def greet(call):
        return {"hello": call.parameters["name"]}

    app.run()
"""

import json
import os
import queue
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

CONTRACT = 1

# sidecar.proto, as protoc describes it.
DESCRIPTOR = bytes.fromhex(
    "0a0d736964656361722e70726f746f12146d6963726f636f72652e736964656361722e76312282010a0b46726f6d5369"
    "646563617212330a0568656c6c6f18012001280b321b2e6d6963726f636f72652e736964656361722e76312e48656c6c"
    "6f4800520568656c6c6f12330a057265706c7918022001280b321b2e6d6963726f636f72652e736964656361722e7631"
    "2e5265706c79480052057265706c7942090a076d65737361676522ed010a09546f5369646563617212390a0777656c63"
    "6f6d6518012001280b321d2e6d6963726f636f72652e736964656361722e76312e57656c636f6d654800520777656c63"
    "6f6d6512300a0463616c6c18022001280b321a2e6d6963726f636f72652e736964656361722e76312e43616c6c480052"
    "0463616c6c12360a0663616e63656c18032001280b321c2e6d6963726f636f72652e736964656361722e76312e43616e"
    "63656c4800520663616e63656c12300a0473746f7018042001280b321a2e6d6963726f636f72652e736964656361722e"
    "76312e53746f704800520473746f7042090a076d65737361676522390a0548656c6c6f121a0a08636f6e747261637418"
    "012001280d5208636f6e747261637412140a05736c6f747318022001280d5205736c6f747322580a0757656c636f6d65"
    "12120a046e616d6518012001280952046e616d6512140a05736c6f747318022001280d5205736c6f747312230a0d6c61"
    "72676573745f7265706c79180320012804520c6c6172676573745265706c7922180a0643616e63656c120e0a02696418"
    "01200128045202696422060a0453746f7022060a04446f6e65228e010a0443616c6c120e0a0269641801200128045202"
    "696412390a077265717565737418022001280b321d2e6d6963726f636f72652e736964656361722e76312e5265717565"
    "7374480052077265717565737412330a056576656e7418032001280b321b2e6d6963726f636f72652e73696465636172"
    "2e76312e4576656e74480052056576656e7442060a04776f726b22300a045061697212120a046e616d65180120012809"
    "52046e616d6512140a0576616c7565180220012809520576616c756522320a0648656164657212120a046e616d651801"
    "2001280952046e616d6512140a0576616c756518022001280c520576616c756522a0020a075265717565737412140a05"
    "726f7574651801200128095205726f75746512160a066d6574686f6418022001280952066d6574686f6412120a047061"
    "746818032001280952047061746812140a05717565727918042001280952057175657279123a0a0a706172616d657465"
    "727318052003280b321a2e6d6963726f636f72652e736964656361722e76312e50616972520a706172616d6574657273"
    "12360a076865616465727318062003280b321c2e6d6963726f636f72652e736964656361722e76312e48656164657252"
    "076865616465727312120a04626f647918072001280c5204626f6479121d0a0a726571756573745f6964180820012809"
    "520972657175657374496412160a06636c61696d7318092001280c5206636c61696d7322590a054576656e7412120a04"
    "6e616d6518012001280952046e616d6512120a046a736f6e18022001280c52046a736f6e120e0a026964180320012809"
    "5202696412180a07617474656d707418042001280d5207617474656d707422cd010a055265706c79120e0a0269641801"
    "2001280452026964123c0a08726573706f6e736518022001280b321e2e6d6963726f636f72652e736964656361722e76"
    "312e526573706f6e736548005208726573706f6e736512390a076661696c75726518032001280b321d2e6d6963726f63"
    "6f72652e736964656361722e76312e4661696c757265480052076661696c75726512300a04646f6e6518042001280b32"
    "1a2e6d6963726f636f72652e736964656361722e76312e446f6e6548005204646f6e6542090a076f7574636f6d65226e"
    "0a08526573706f6e736512160a0673746174757318012001280d520673746174757312360a0768656164657273180220"
    "03280b321c2e6d6963726f636f72652e736964656361722e76312e48656164657252076865616465727312120a04626f"
    "647918032001280c5204626f6479223b0a074661696c75726512160a0673746174757318012001280d52067374617475"
    "7312180a076d65737361676518022001280952076d657373616765221c0a064f6643616c6c12120a0463616c6c180120"
    "012804520463616c6c22a3010a0556616c7565121a0a07626f6f6c65616e18012001280848005207626f6f6c65616e12"
    "1a0a07696e746567657218022001280348005207696e746567657212180a066e756d626572180320012801480052066e"
    "756d62657212140a0474657874180420012809480052047465787412140a04626c6f6218052001280c48005204626c6f"
    "6212140a046a736f6e180620012809480052046a736f6e42060a046b696e6422680a0953746174656d656e7412120a04"
    "63616c6c180120012804520463616c6c12120a046e616d6518022001280952046e616d6512330a0676616c7565731803"
    "2003280b321b2e6d6963726f636f72652e736964656361722e76312e56616c7565520676616c756573223a0a03526f77"
    "12330a0676616c75657318012003280b321b2e6d6963726f636f72652e736964656361722e76312e56616c7565520676"
    "616c756573224f0a04526f777312180a07636f6c756d6e731801200328095207636f6c756d6e73122d0a04726f777318"
    "022003280b32192e6d6963726f636f72652e736964656361722e76312e526f775204726f7773221d0a074368616e6765"
    "6412120a04726f77731801200128045204726f7773224b0a0b5075626c69636174696f6e12120a0463616c6c18012001"
    "2804520463616c6c12140a056576656e7418022001280952056576656e7412120a046a736f6e18032001280c52046a73"
    "6f6e22300a0853746174654b657912120a0463616c6c180120012804520463616c6c12100a036b657918022001280952"
    "036b6579222e0a0a537461746556616c756512170a046a736f6e180120012809480052046a736f6e88010142070a055f"
    "6a736f6e226a0a0a5374617465456e74727912120a0463616c6c180120012804520463616c6c12100a036b6579180220"
    "01280952036b657912120a046a736f6e18032001280952046a736f6e12220a0c6d696c6c697365636f6e647318042001"
    "2804520c6d696c6c697365636f6e647322260a0744656c65746564121b0a097761735f74686572651801200128085208"
    "7761735468657265221d0a09436f6e6669674b657912100a036b657918012001280952036b657922320a0b436f6e6669"
    "6756616c756512190a0576616c75651801200128094800520576616c756588010142080a065f76616c7565224a0a044c"
    "696e6512120a0463616c6c180120012804520463616c6c12140a056c6576656c18022001280952056c6576656c12180a"
    "076d65737361676518032001280952076d65737361676532f3060a04486f737412500a0641747461636812212e6d6963"
    "726f636f72652e736964656361722e76312e46726f6d536964656361721a1f2e6d6963726f636f72652e736964656361"
    "722e76312e546f536964656361722801300112440a055175657279121f2e6d6963726f636f72652e736964656361722e"
    "76312e53746174656d656e741a1a2e6d6963726f636f72652e736964656361722e76312e526f777312490a0745786563"
    "757465121f2e6d6963726f636f72652e736964656361722e76312e53746174656d656e741a1d2e6d6963726f636f7265"
    "2e736964656361722e76312e4368616e67656412410a05426567696e121c2e6d6963726f636f72652e73696465636172"
    "2e76312e4f6643616c6c1a1a2e6d6963726f636f72652e736964656361722e76312e446f6e6512420a06436f6d6d6974"
    "121c2e6d6963726f636f72652e736964656361722e76312e4f6643616c6c1a1a2e6d6963726f636f72652e7369646563"
    "61722e76312e446f6e6512440a08526f6c6c6261636b121c2e6d6963726f636f72652e736964656361722e76312e4f66"
    "43616c6c1a1a2e6d6963726f636f72652e736964656361722e76312e446f6e6512480a075075626c69736812212e6d69"
    "63726f636f72652e736964656361722e76312e5075626c69636174696f6e1a1a2e6d6963726f636f72652e7369646563"
    "61722e76312e446f6e65124c0a084765745374617465121e2e6d6963726f636f72652e736964656361722e76312e5374"
    "6174654b65791a202e6d6963726f636f72652e736964656361722e76312e537461746556616c756512480a0853657453"
    "7461746512202e6d6963726f636f72652e736964656361722e76312e5374617465456e7472791a1a2e6d6963726f636f"
    "72652e736964656361722e76312e446f6e65124c0a0b44656c6574655374617465121e2e6d6963726f636f72652e7369"
    "64656361722e76312e53746174654b65791a1d2e6d6963726f636f72652e736964656361722e76312e44656c65746564"
    "124c0a06436f6e666967121f2e6d6963726f636f72652e736964656361722e76312e436f6e6669674b65791a212e6d69"
    "63726f636f72652e736964656361722e76312e436f6e66696756616c7565123d0a034c6f67121a2e6d6963726f636f72"
    "652e736964656361722e76312e4c696e651a1a2e6d6963726f636f72652e736964656361722e76312e446f6e65620670"
    "726f746f33"
)

_pool = descriptor_pool.DescriptorPool()
_pool.AddSerializedFile(DESCRIPTOR)
_service = _pool.FindServiceByName("microcore.sidecar.v1.Host")


def _message(name):
    return message_factory.GetMessageClass(_pool.FindMessageTypeByName("microcore.sidecar.v1." + name))


FromSidecar, Hello, Reply, Failure, Done = map(_message, ["FromSidecar", "Hello", "Reply", "Failure", "Done"])
_Response, Header, Value, Statement, OfCall = map(_message, ["Response", "Header", "Value", "Statement", "OfCall"])
Publication, StateKey, StateEntry = map(_message, ["Publication", "StateKey", "StateEntry"])
ConfigKey, Line = map(_message, ["ConfigKey", "Line"])


class Refused(Exception):
    """What the client did wrong: a status from 400 to 499, and a sentence that the client reads."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Response:
    """An answer with a status and headers of its own."""

    def __init__(self, body=b"", status=200, headers=None, media_type=None):
        self.body = body.encode() if isinstance(body, str) else body
        self.status = status
        self.headers = dict(headers or {})
        if media_type:
            self.headers["content-type"] = media_type


class Call:
    """One request or one event, and the tools while it is handled."""

    def __init__(self, sidecar, call):
        self._sidecar, self.id = sidecar, call.id
        self.cancelled = threading.Event()
        if call.WhichOneof("work") == "request":
            request = call.request
            self.route, self.method, self.path, self.query = request.route, request.method, request.path, request.query
            self.parameters = {pair.name: pair.value for pair in request.parameters}
            self.headers = {header.name: header.value.decode("latin-1") for header in request.headers}
            self.body, self.request_id = request.body, request.request_id
            # Of a token that was checked, where the route has `auth` or `roles`.
            self.claims = json.loads(request.claims) if request.claims else None
        else:
            self.event, self.event_id, self.attempt = call.event.name, call.event.id, call.event.attempt
            self.data = json.loads(call.event.json)

    def json(self):
        """The body as JSON; what is none is the client's mistake."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Refused(400, f"the body is not JSON: {error}") from None

    def query_rows(self, name, *values):
        """Every row of a statement of [sql], as dictionaries."""
        rows = self._sidecar._tool("Query", self._statement(name, values))
        return [dict(zip(rows.columns, map(_of_value, row.values))) for row in rows.rows]

    def execute(self, name, *values):
        """Runs a statement of [sql]; the number of rows that it changed."""
        return self._sidecar._tool("Execute", self._statement(name, values)).rows

    def transaction(self):
        """`with call.transaction():` makes one transaction of its statements."""
        return _Transaction(self)

    def publish(self, event, **fields):
        """Publishes an event of [publishes]."""
        self._sidecar._tool("Publish", Publication(call=self.id, event=event, json=json.dumps(fields).encode()))

    def get_state(self, key, default=None):
        value = self._sidecar._tool("GetState", StateKey(call=self.id, key=key))
        return json.loads(value.json) if value.HasField("json") else default

    def set_state(self, key, value, seconds=0):
        entry = StateEntry(call=self.id, key=key, json=json.dumps(value), milliseconds=int(seconds * 1000))
        self._sidecar._tool("SetState", entry)

    def delete_state(self, key):
        return self._sidecar._tool("DeleteState", StateKey(call=self.id, key=key)).was_there

    def log(self, message, level="info"):
        """A line of the application's log, with the id of what is handled."""
        self._sidecar._tool("Log", Line(call=self.id, level=level, message=message))

    def _statement(self, name, values):
        return Statement(call=self.id, name=name, values=map(_to_value, values))


class _Transaction:
    def __init__(self, call):
        self._tool, self._of = call._sidecar._tool, OfCall(call=call.id)

    def __enter__(self):
        self._tool("Begin", self._of)

    def __exit__(self, error, *_):
        self._tool("Rollback" if error else "Commit", self._of)


def _to_value(value):
    # A boolean is an integer, too.
    if isinstance(value, bool):
        return Value(boolean=value)
    if value is None:
        return Value()
    if isinstance(value, int):
        return Value(integer=value)
    if isinstance(value, float):
        return Value(number=value)
    if isinstance(value, str):
        return Value(text=value)
    if isinstance(value, (bytes, bytearray)):
        return Value(blob=bytes(value))
    return Value(json=json.dumps(value))


def _of_value(value):
    kind = value.WhichOneof("kind")
    if kind is None:
        return None
    return json.loads(value.json) if kind == "json" else getattr(value, kind)


class Sidecar:
    """The guest: routes and events by name, and one connection to the application."""

    def __init__(self, slots=8):
        self._routes, self._events, self._slots = {}, {}, slots
        self._replies, self._calls, self.welcome = queue.SimpleQueue(), {}, None
        self._metadata = (("x-microcore-token", os.environ["MICROCORE_SIDECAR_TOKEN"]),)
        # The default is the escaped path of the socket, which is no authority of HTTP.
        options = [("grpc.default_authority", "localhost"), ("grpc.max_receive_message_length", -1)]
        self._channel = grpc.insecure_channel("unix:" + os.environ["MICROCORE_SIDECAR_SOCKET"], options)
        self._methods = {}
        for method in _service.methods:
            name = "/microcore.sidecar.v1.Host/" + method.name
            kind = self._channel.stream_stream if method.name == "Attach" else self._channel.unary_unary
            reads = message_factory.GetMessageClass(method.output_type)
            self._methods[method.name] = kind(name, lambda message: message.SerializeToString(), reads.FromString)

    def route(self, name):
        """The handler of a [[route]]: gives a dictionary or a list (JSON), a text, bytes, or a Response."""
        return lambda handler: self._routes.setdefault(name, handler)

    def on(self, event):
        """The handler of an [[on]]: gives nothing, and raises where the delivery is to be repeated."""
        return lambda handler: self._events.setdefault(event, handler)

    def config(self, key, default=None):
        """A setting of [config]."""
        value = self._tool("Config", ConfigKey(key=key))
        return value.value if value.HasField("value") else default

    def run(self):
        """Attaches, and works until the application says stop."""
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        self._replies.put(FromSidecar(hello=Hello(contract=CONTRACT, slots=self._slots)))
        # One writer: gRPC allows one write at a time.
        stream = self._methods["Attach"](iter(self._replies.get, None), metadata=self._metadata)
        pool = ThreadPoolExecutor(self._slots)
        try:
            for message in stream:
                kind = message.WhichOneof("message")
                if kind == "welcome":
                    self.welcome = message.welcome
                elif kind == "call":
                    call = Call(self, message.call)
                    self._calls[call.id] = call
                    pool.submit(self._work, call)
                elif kind == "cancel":
                    call = self._calls.get(message.cancel.id)
                    if call:
                        call.cancelled.set()
                elif kind == "stop":
                    break
        except grpc.RpcError as error:
            print(f"the application has gone: {error.code()}", file=sys.stderr)
            os._exit(1)
        pool.shutdown()
        self._replies.put(None)
        # What was answered last is written before the stream ends.
        for _ in stream:
            pass

    def _tool(self, name, message):
        try:
            return self._methods[name](message, metadata=self._metadata)
        except grpc.RpcError as error:
            raise RuntimeError(f"{name}: {error.details()}") from None

    def _work(self, call):
        reply = Reply(id=call.id)
        try:
            if hasattr(call, "event"):
                self._events[call.event](call)
                reply.done.SetInParent()
            else:
                self._answer(reply, self._routes[call.route](call))
        except Refused as refused:
            reply.failure.CopyFrom(Failure(status=refused.status, message=str(refused)))
        except BaseException as error:  # a guest that fails answers that, too
            reply.failure.CopyFrom(Failure(status=500, message=f"{type(error).__name__}: {error}"))
        self._calls.pop(call.id, None)
        self._replies.put(FromSidecar(reply=reply))

    def _answer(self, reply, answer):
        if not isinstance(answer, Response):
            if isinstance(answer, (bytes, bytearray)):
                answer = Response(bytes(answer))
            elif isinstance(answer, str):
                answer = Response(answer)
            else:
                answer = Response(json.dumps(answer), media_type="application/json")
        if self.welcome and len(answer.body) > self.welcome.largest_reply:
            raise ValueError(f"the body has {len(answer.body)} bytes, and {self.welcome.largest_reply} are allowed")
        headers = [Header(name=name, value=str(value).encode("latin-1")) for name, value in answer.headers.items()]
        reply.response.CopyFrom(_Response(status=answer.status, headers=headers, body=answer.body))
