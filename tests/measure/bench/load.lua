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
    end,
    -- fields PATH FIELDS...: each with these fields, "NAME: VALUE|NAME: VALUE"
    fields = function(args)
        local made = {}
        for i = 3, #args do
            local fields = {}
            for name, value in args[i]:gmatch("([^:|]+): ([^|]+)") do
                fields[name] = value
            end
            made[i - 2] = wrk.format("GET", args[2], fields)
        end
        return made
    end
}

-- unknown PATH NAME: a value of its own in the field NAME of each, that no program has seen before
local function unknown(path, name)
    local prefix = string.format("bot-%d-%s-", os.time(), tostring({}):sub(-6))
    return function()
        nth = nth + 1
        return wrk.format("GET", path, { [name] = prefix .. nth })
    end
end

local generators = {
    unknown = function(args) return unknown(args[2], args[3]) end,
    -- known PATH NAME N MS VALUE...: these values in the field NAME, but N in ten of them unknown; a client makes a pause of
    -- MS milliseconds, more or less, before each
    known = function(args)
        local made, other, number, n, ms = {}, unknown(args[2], args[3]), 0, tonumber(args[4]), tonumber(args[5])
        for i = 6, #args do
            made[i - 5] = wrk.format("GET", args[2], { [args[3]] = args[i] })
        end
        delay = function() return math.random(0, 2 * ms) end
        return function()
            number = number + 1
            return number % 10 < n and other() or made[number % #made + 1]
        end
    end
}

function init(args)
    if generators[args[1]] then
        request = generators[args[1]](args)
    else
        requests = makers[args[1]](args)
    end
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
