-- wrk: GET requests drawn uniformly from the file $BENCH_REQUESTS, a line each: PATH AUTHORIZATION ("-": none).
-- $BENCH_HEADERS has further headers, a line each.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

function init(args)
  math.randomseed(os.time() + seed)
  requests = {}
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local path, authorization = line:match("^(%S+) (.+)$")
    local headers = {}
    for name, value in os.getenv("BENCH_HEADERS"):gmatch("([^:\n]+): ([^\n]+)") do
      headers[name] = value
    end
    if authorization ~= "-" then
      headers.Authorization = authorization
    end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency, reports)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"microseconds": %d, "requests": %d, "bytes": %d, "failed": %d}\n',
    summary.duration, summary.requests, summary.bytes, failed))
end
