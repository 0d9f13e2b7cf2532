-- The requests of wrk's clients. Arguments: a KIND, then what it needs. At the end wrk prints its counts in a form for
-- programs.
local requests, nth = {}, 0

local makers = {
    -- get PATH
    get = function(args) return { wrk.format("GET", args[2]) } end,
    -- once PATH: each on a new connection
    once = function(args) return { wrk.format("GET", args[2], { Connection = "close" }) } end,
    -- post PATH BYTES
    post = function(args) return { wrk.format("POST", args[2], nil, string.rep("x", tonumber(args[3]))) } end,
    -- mixed PATH OTHER N: each Nth is the other
    mixed = function(args)
        local made = {}
        for i = 1, tonumber(args[4]) do
            made[i] = wrk.format("GET", i == 1 and args[3] or args[2])
        end
        return made
    end,
    -- uris N: in all of N applications
    uris = function(args)
        local made, n = {}, tonumber(args[2])
        for i = 0, n - 1 do
            made[i + 1] = wrk.format("GET", string.format("/app%05d/catalogue/of/things/item", i * 7919 % n))
        end
        return made
    end,
    -- session PATH CLONE_ID...: of a session on each of these members
    session = function(args)
        local made = {}
        for i = 3, #args do
            local session = "0000A2MB4IJOZU7VM8IFFSMNFDR:" .. args[i]
            made[i - 2] = wrk.format("GET", args[2], { Cookie = "theme=dark; JSESSIONID=" .. session })
        end
        return made
    end
}

function init(args)
    requests = makers[args[1]](args)
end

function request()
    nth = nth % #requests + 1
    return requests[nth]
end

function done(summary, latency)
    local e = summary.errors
    print(string.format("REPORT requests=%d microseconds=%d p50=%d p99=%d failed=%d", summary.requests, summary.duration,
                        latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
