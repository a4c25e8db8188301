// Package sidecar makes a MicroCore plugin of a Go program. Copy this file into your module, in a package `sidecar`; it
// needs google.golang.org/grpc and google.golang.org/protobuf.
//
//	app := sidecar.New(8)
//	app.Route("greet", func(call *sidecar.Call) (*sidecar.Response, error) {
//		return sidecar.JSON(map[string]string{"hello": call.Parameters["name"]})
//	})
//	app.Run()
//
// The messages are those of sidecar.proto, written and read by hand: nothing is generated.
package sidecar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

const contract = 1

// Refused is what the client did wrong: a status from 400 to 499, and a sentence that the client reads.
type Refused struct {
	Status  int
	Message string
}

func (refused *Refused) Error() string { return refused.Message }

// Response is an answer.
type Response struct {
	Status  int
	Headers map[string]string
	Body    []byte
}

// JSON is an answer of 200 with a value as JSON.
func JSON(value interface{}) (*Response, error) {
	body, err := json.Marshal(value)
	return &Response{Status: 200, Headers: map[string]string{"content-type": "application/json"}, Body: body}, err
}

// Call is one request or one event, and the tools while it is handled. Its context ends when nobody waits any more.
type Call struct {
	context.Context
	Route, Method, Path, Query, RequestID string
	Parameters, Headers                   map[string]string
	Body                                  []byte
	// Of a token that was checked, as JSON, where the route has `auth` or `roles`.
	Claims []byte
	// Of an event: its name, its fields as JSON, its id, and which attempt this is, from 1.
	Event, EventID string
	Data           []byte
	Attempt        uint64
	app            *Sidecar
	id             uint64
	cancel         context.CancelFunc
}

// Handler answers requests; Hearer handles events, and fails where the delivery is to be repeated.
type Handler func(*Call) (*Response, error)
type Hearer func(*Call) error

// Sidecar is the guest: routes and events by name, and one connection to the application.
type Sidecar struct {
	slots   uint64
	routes  map[string]Handler
	events  map[string]Hearer
	conn    *grpc.ClientConn
	meta    context.Context
	stream  grpc.ClientStream
	writing sync.Mutex
	calls   sync.Map
	working sync.WaitGroup
	largest uint64
}

// New is a guest that works on so many calls at a time.
func New(slots int) *Sidecar {
	socket := os.Getenv("MICROCORE_SIDECAR_SOCKET")
	dial := func(ctx context.Context, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	// Without an authority it would be the socket's path, which is none of HTTP.
	conn, err := grpc.Dial("passthrough:///localhost", grpc.WithInsecure(), grpc.WithContextDialer(dial),
		grpc.WithAuthority("localhost"),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{}), grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	if err != nil {
		end("the application can't be dialled: %v", err)
	}
	meta := metadata.AppendToOutgoingContext(context.Background(), "x-microcore-token", os.Getenv("MICROCORE_SIDECAR_TOKEN"))
	return &Sidecar{slots: uint64(slots), routes: map[string]Handler{}, events: map[string]Hearer{}, conn: conn, meta: meta}
}

// Route sets the handler of a [[route]], On that of an [[on]].
func (app *Sidecar) Route(name string, handler Handler) { app.routes[name] = handler }
func (app *Sidecar) On(event string, hearer Hearer)     { app.events[event] = hearer }

// Run attaches, and works until the application says stop.
func (app *Sidecar) Run() {
	stream, err := app.conn.NewStream(app.meta, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method+"Attach")
	if err != nil {
		end("the application lets nobody in: %v", err)
	}
	app.stream = stream
	app.send(field(1, number(number(nil, 1, contract), 2, app.slots)))
	for {
		var message []byte
		if err := stream.RecvMsg(&message); err != nil {
			end("the application has gone: %v", err)
		}
		stop := false
		each(message, func(number protowire.Number, value []byte, _ uint64) {
			switch number {
			case 1:
				each(value, func(number protowire.Number, _ []byte, value uint64) {
					if number == 3 {
						app.largest = value
					}
				})
			case 2:
				app.begin(value)
			case 3:
				each(value, func(_ protowire.Number, _ []byte, id uint64) {
					if call, known := app.calls.Load(id); known {
						call.(*Call).cancel()
					}
				})
			case 4:
				stop = true
			}
		})
		if stop {
			break
		}
	}
	app.working.Wait()
	app.writing.Lock()
	app.stream.CloseSend()
	app.writing.Unlock()
	// What was answered last is written before the stream ends.
	var message []byte
	for app.stream.RecvMsg(&message) == nil {
	}
}

func (app *Sidecar) begin(message []byte) {
	ctx, cancel := context.WithCancel(app.meta)
	call := &Call{Context: ctx, cancel: cancel, app: app, Parameters: map[string]string{}, Headers: map[string]string{}}
	each(message, func(number protowire.Number, value []byte, id uint64) {
		switch number {
		case 1:
			call.id = id
		case 2:
			call.readRequest(value)
		case 3:
			call.readEvent(value)
		}
	})
	app.calls.Store(call.id, call)
	app.working.Add(1)
	go func() {
		defer app.working.Done()
		defer app.calls.Delete(call.id)
		defer cancel()
		app.send(field(2, append(number(nil, 1, call.id), app.outcome(call)...)))
	}()
}

// The outcome of a reply: a response, a failure, or the end of an event.
func (app *Sidecar) outcome(call *Call) (outcome []byte) {
	defer func() {
		if panicked := recover(); panicked != nil {
			outcome = failure(500, fmt.Sprintf("panicked: %v", panicked))
		}
	}()
	if call.Event != "" {
		if hearer, known := app.events[call.Event]; !known {
			return failure(500, "no handler hears "+call.Event)
		} else if err := hearer(call); err != nil {
			return failed(err)
		}
		return field(4, nil)
	}
	handler, known := app.routes[call.Route]
	if !known {
		return failure(500, "no handler answers "+call.Route)
	}
	response, err := handler(call)
	if err != nil {
		return failed(err)
	}
	if uint64(len(response.Body)) > app.largest {
		return failure(500, fmt.Sprintf("the body has %d bytes, and %d are allowed", len(response.Body), app.largest))
	}
	return field(2, response.message())
}

func (response *Response) message() []byte {
	message := number(nil, 1, uint64(response.Status))
	for name, value := range response.Headers {
		message = append(message, field(2, append(text(1, name), text(2, value)...))...)
	}
	return append(message, field(3, response.Body)...)
}

func failed(err error) []byte {
	var refused *Refused
	if errors.As(err, &refused) {
		return failure(refused.Status, refused.Message)
	}
	return failure(500, err.Error())
}

func failure(status int, message string) []byte {
	return field(3, append(number(nil, 1, uint64(status)), text(2, message)...))
}

// One message at a time.
func (app *Sidecar) send(message []byte) {
	app.writing.Lock()
	defer app.writing.Unlock()
	app.stream.SendMsg(&message)
}

// SendRaw sends what stands in it: for tests of the application.
func (app *Sidecar) SendRaw(message []byte) { app.send(message) }

// RawReply is the reply with this response, whatever it says.
func (call *Call) RawReply(response *Response) []byte {
	return field(2, append(number(nil, 1, call.id), field(2, response.message())...))
}

func (call *Call) tool(name string, message []byte) ([]byte, error) {
	var answer []byte
	if err := call.app.conn.Invoke(call.app.meta, method+name, &message, &answer); err != nil {
		return nil, fmt.Errorf("%s: %s", name, status.Convert(err).Message())
	}
	return answer, nil
}

// Rows gives every row of a statement of [sql].
func (call *Call) Rows(name string, values ...interface{}) ([]map[string]interface{}, error) {
	answer, err := call.tool("Query", call.statement(name, values))
	if err != nil {
		return nil, err
	}
	var columns []string
	var rows []map[string]interface{}
	each(answer, func(number protowire.Number, value []byte, _ uint64) {
		if number == 1 {
			columns = append(columns, string(value))
			return
		}
		row := map[string]interface{}{}
		each(value, func(_ protowire.Number, value []byte, _ uint64) { row[columns[len(row)]] = readValue(value) })
		rows = append(rows, row)
	})
	return rows, nil
}

// Execute runs a statement of [sql]; the number of rows that it changed.
func (call *Call) Execute(name string, values ...interface{}) (changed uint64, err error) {
	answer, err := call.tool("Execute", call.statement(name, values))
	each(answer, func(_ protowire.Number, _ []byte, value uint64) { changed = value })
	return changed, err
}

// Transaction makes one transaction of the statements in work: kept where it gives nil.
func (call *Call) Transaction(work func() error) error {
	if _, err := call.tool("Begin", number(nil, 1, call.id)); err != nil {
		return err
	}
	if err := work(); err != nil {
		call.tool("Rollback", number(nil, 1, call.id))
		return err
	}
	_, err := call.tool("Commit", number(nil, 1, call.id))
	return err
}

// Publish publishes an event of [publishes].
func (call *Call) Publish(event string, fields interface{}) error {
	data, err := json.Marshal(fields)
	if err == nil {
		_, err = call.tool("Publish", append(append(number(nil, 1, call.id), text(2, event)...), field(3, data)...))
	}
	return err
}

// GetState reads a value into target; whether there was one.
func (call *Call) GetState(key string, target interface{}) (found bool, err error) {
	answer, err := call.tool("GetState", append(number(nil, 1, call.id), text(2, key)...))
	each(answer, func(_ protowire.Number, value []byte, _ uint64) { found, err = true, json.Unmarshal(value, target) })
	return found, err
}

// SetState keeps a value for good.
func (call *Call) SetState(key string, value interface{}) error {
	data, err := json.Marshal(value)
	if err == nil {
		_, err = call.tool("SetState", append(append(number(nil, 1, call.id), text(2, key)...), field(3, data)...))
	}
	return err
}

// Log writes a line of the application's log, with the id of what is handled.
func (call *Call) Log(level, message string) {
	call.tool("Log", append(append(number(nil, 1, call.id), text(2, level)...), text(3, message)...))
}

// Config is a setting of [config]; whether it is set.
func (call *Call) Config(key string) (value string, set bool, err error) {
	answer, err := call.tool("Config", text(1, key))
	each(answer, func(_ protowire.Number, read []byte, _ uint64) { value, set = string(read), true })
	return value, set, err
}

func (call *Call) statement(name string, values []interface{}) []byte {
	message := append(number(nil, 1, call.id), text(2, name)...)
	for _, value := range values {
		message = append(message, field(3, writeValue(value))...)
	}
	return message
}

func (call *Call) readRequest(message []byte) {
	each(message, func(number protowire.Number, value []byte, _ uint64) {
		switch number {
		case 1:
			call.Route = string(value)
		case 2:
			call.Method = string(value)
		case 3:
			call.Path = string(value)
		case 4:
			call.Query = string(value)
		case 5, 6:
			var pair [2]string
			each(value, func(number protowire.Number, value []byte, _ uint64) { pair[number-1] = string(value) })
			if number == 5 {
				call.Parameters[pair[0]] = pair[1]
			} else {
				call.Headers[pair[0]] = pair[1]
			}
		case 7:
			call.Body = value
		case 8:
			call.RequestID = string(value)
		case 9:
			call.Claims = value
		}
	})
}

func (call *Call) readEvent(message []byte) {
	each(message, func(number protowire.Number, value []byte, attempt uint64) {
		switch number {
		case 1:
			call.Event = string(value)
		case 2:
			call.Data = value
		case 3:
			call.EventID = string(value)
		case 4:
			call.Attempt = attempt
		}
	})
}

// A value of SQL: nil, bool, int, int64, float64, string, []byte, or anything else as JSON.
func writeValue(value interface{}) []byte {
	switch value := value.(type) {
	case nil:
		return nil
	case bool:
		return number(nil, 1, protowire.EncodeBool(value))
	case int:
		return number(nil, 2, uint64(value))
	case int64:
		return number(nil, 2, uint64(value))
	case float64:
		return protowire.AppendFixed64(protowire.AppendTag(nil, 3, protowire.Fixed64Type), math.Float64bits(value))
	case string:
		return text(4, value)
	case []byte:
		return field(5, value)
	default:
		data, _ := json.Marshal(value)
		return field(6, data)
	}
}

func readValue(message []byte) (read interface{}) {
	each(message, func(number protowire.Number, value []byte, word uint64) {
		switch number {
		case 1:
			read = word != 0
		case 2:
			read = int64(word)
		case 3:
			read = math.Float64frombits(word)
		case 4:
			read = string(value)
		case 5:
			read = value
		case 6:
			read = json.RawMessage(value)
		}
	})
	return read
}

const method = "/microcore.sidecar.v1.Host/"

// The bytes of messages as they are.
type raw struct{}

func (raw) Name() string { return "proto" }
func (raw) Marshal(message interface{}) ([]byte, error) {
	return *message.(*[]byte), nil
}
func (raw) Unmarshal(data []byte, message interface{}) error {
	*message.(*[]byte) = append([]byte{}, data...)
	return nil
}

// Calls visit for each field: with its bytes, or with its number.
func each(message []byte, visit func(number protowire.Number, value []byte, word uint64)) {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return
		}
		message = message[length:]
		var value []byte
		var word uint64
		switch kind {
		case protowire.BytesType:
			value, length = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			word, length = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			word, length = protowire.ConsumeFixed64(message)
		default:
			length = protowire.ConsumeFieldValue(number, kind, message)
		}
		if length < 0 {
			return
		}
		visit(number, value, word)
		message = message[length:]
	}
}

func field(number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), value)
}

func text(number protowire.Number, value string) []byte {
	return protowire.AppendString(protowire.AppendTag(nil, number, protowire.BytesType), value)
}

func number(message []byte, number protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(message, number, protowire.VarintType), value)
}

func end(format string, values ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
