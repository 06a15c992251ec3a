-- Completed questionnaires, one to a request, as tablets send them:
--   ENVELOPES=file wrk -t1 -c50 -d8s --timeout 30s -s submit.lua http://127.0.0.1:PORT
-- The file has a line for each: id, tab, body (see benches/crowd.rs). SKIP leaves the first lines out, so
-- that a second run sends what the first has not. When the file ends, the same id comes again, which the
-- server must know: the last figure counts how often that was.
local lines = assert(io.open(os.getenv("ENVELOPES"))):lines()
local headers = { ["Content-Type"] = "application/json" }
local threads = {}
refused, again = 0, 0
local last_id, last_body

for _ = 1, tonumber(os.getenv("SKIP") or "0") do lines() end

function setup(thread) table.insert(threads, thread) end

function request()
  local line = lines and lines()
  if line then
    local tab = line:find("\t", 1, true)
    last_id, last_body = line:sub(1, tab - 1), line:sub(tab + 1)
  else
    lines, again = nil, again + 1
  end
  return wrk.format("PUT", "/r/" .. last_id, headers, last_body)
end

function response(status)
  if status < 200 or status > 299 then refused = refused + 1 end
end

-- requests, a second, p50 ms, p99 ms, refused, socket errors, repeated
function done(summary, latency)
  local refusals, repeats = 0, 0
  for _, thread in ipairs(threads) do
    refusals, repeats = refusals + thread:get("refused"), repeats + thread:get("again")
  end
  local errors = summary.errors
  io.write(string.format("RESULT %d %.0f %.2f %.2f %d %d %d\n",
    summary.requests, summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, refusals,
    errors.connect + errors.read + errors.write + errors.timeout, repeats))
end
