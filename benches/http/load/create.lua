-- A body of JSON.
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"name":"Ana Maria","email":"ana.maria@example.com"}'
