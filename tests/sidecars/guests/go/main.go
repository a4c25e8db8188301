// The guest of the battery, in Go.
package main

import (
	"encoding/json"
	"errors"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"guest/sidecar"
)

func plain(media string, status int, body []byte) (*sidecar.Response, error) {
	return &sidecar.Response{Status: status, Headers: map[string]string{"content-type": media}, Body: body}, nil
}

func deep(depth int) int {
	var room [1024]int
	room[depth%1024] = depth
	return deep(depth+1) + room[(depth+1)%1024]
}

func main() {
	app := sidecar.New(4)
	app.Route("echo", func(call *sidecar.Call) (*sidecar.Response, error) {
		return sidecar.JSON(map[string]string{"text": call.Parameters["text"], "query": call.Query, "method": call.Method})
	})
	app.Route("version", func(call *sidecar.Call) (*sidecar.Response, error) {
		return &sidecar.Response{Status: 200, Body: []byte("1")}, nil
	})
	app.Route("mirror", func(call *sidecar.Call) (*sidecar.Response, error) {
		response, _ := plain("text/x-mirror", 201, call.Body)
		response.Headers["x-seen"] = call.Headers["x-sent"]
		return response, nil
	})
	app.Route("order", func(call *sidecar.Call) (*sidecar.Response, error) {
		id, _ := strconv.ParseInt(call.Parameters["id"], 10, 64)
		rows, err := call.Rows("order", id)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			return nil, &sidecar.Refused{Status: 404, Message: "no such order"}
		}
		return sidecar.JSON(rows[0])
	})
	app.Route("take", take)
	app.On("order.paid", func(call *sidecar.Call) error {
		var paid struct {
			ID      int64
			Failing uint64
		}
		if err := json.Unmarshal(call.Data, &paid); err != nil {
			return err
		}
		if call.Attempt <= paid.Failing {
			return errors.New("not yet")
		}
		call.Log("info", "the invoice is rendered")
		return call.Publish("invoice.rendered", map[string]interface{}{"order": paid.ID, "attempt": call.Attempt})
	})
	app.Route("try", func(call *sidecar.Call) (*sidecar.Response, error) { return try(app, call) })
	app.Run()
}

func take(call *sidecar.Call) (*sidecar.Response, error) {
	var order struct {
		ID, Total int64
		Fails     bool
	}
	if err := json.Unmarshal(call.Body, &order); err != nil {
		return nil, &sidecar.Refused{Status: 400, Message: err.Error()}
	}
	err := call.Transaction(func() error {
		_, err := call.Execute("take", order.ID, order.Total)
		if err == nil && order.Fails {
			err = errors.New("a transaction that does not end well")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := call.SetState("last", order.ID); err != nil {
		return nil, err
	}
	var last int64
	if _, err := call.GetState("last", &last); err != nil {
		return nil, err
	}
	shop, _, _ := call.Config("SHOP_NAME")
	motto, _, _ := call.Config("SHOP_MOTTO")
	return sidecar.JSON(map[string]interface{}{"last": last, "shop": shop, "motto": motto})
}

func try(app *sidecar.Sidecar, call *sidecar.Call) (*sidecar.Response, error) {
	switch call.Parameters["what"] {
	case "spin":
		for {
		}
	case "wait":
		select {
		case <-call.Done():
		case <-time.After(30 * time.Second):
		}
	case "hog":
		var held [][]byte
		for {
			part := make([]byte, 1<<20)
			for at := range part {
				part[at] = 'x'
			}
			held = append(held, part)
		}
	case "exit":
		os.Exit(3)
	case "deep":
		return sidecar.JSON(deep(0))
	case "huge", "gigabyte":
		size := 64 << 20
		if call.Parameters["what"] == "gigabyte" {
			size = 1 << 30
		}
		// Past the SDK, which would not send it.
		app.SendRaw(call.RawReply(&sidecar.Response{Status: 200, Body: make([]byte, size)}))
		time.Sleep(30 * time.Second)
	case "large":
		return &sidecar.Response{Status: 200, Body: make([]byte, 2<<20)}, nil
	case "status":
		return &sidecar.Response{Status: 99}, nil
	case "fail":
		return nil, errors.New("the secret reason")
	case "statement":
		_, err := call.Rows("everything")
		return nil, err
	case "event":
		return nil, call.Publish("order.paid", map[string]int{"id": 1, "failing": 0})
	case "setting":
		_, _, err := call.Config("DB_URL")
		return nil, err
	case "fields":
		return nil, call.Publish("invoice.rendered", map[string]string{"order": "one"})
	case "environment":
		seen := []string{}
		for _, entry := range os.Environ() {
			if strings.HasPrefix(entry, "CARGO") {
				seen = append(seen, entry)
			}
		}
		sort.Strings(seen)
		return sidecar.JSON(seen)
	case "pid":
		return sidecar.JSON(os.Getpid())
	}
	return sidecar.JSON(map[string]string{})
}
