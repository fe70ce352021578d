"""Rows about what goes out: fan-out, latency, connections, saturation, slow readers. Floor and program in turn."""

import json
import statistics
import time

from report import Row

EVENT = ("--event", "machineData", "--quiet")


def median(values):
    return statistics.median(values)


def spread(values):
    return [round(value, 3) for value in values]


def fanout(bench, port, pid, clients, seconds, *more):
    """One window of `fanout`; the tool's own answer."""
    return bench.json_of("fanout", "--port", port, "--pid", pid, "--n", clients, "--secs", seconds,
                         "--rate", 4000, *EVENT, *more)


def in_turn(bench, clients, rooms, hz, plan, *more):
    """[(floor, program)] of `plan.rounds` rounds. Both are fed by the same broker and live through all the rounds."""
    found = []
    with bench.broker() as broker, bench.floor("--mqtt", broker, "--rooms", rooms) as (floor_port, floor_pid), \
            bench.gateway(mqtt=broker) as gateway, bench.load(broker, "--machines", rooms, "--hz", hz):
        gateway.wait_committed(rooms)
        for _ in range(plan.rounds):
            found.append((
                fanout(bench, floor_port, floor_pid, clients, plan.seconds, "--rooms", rooms, *more),
                fanout(bench, gateway.port, gateway.pid, clients, plan.seconds, "--rooms", rooms, *more)))
    return found


def cost(run):
    """CPU seconds for a million deliveries, which are microseconds for one."""
    return run["window"]["cpu_s_per_M"]


def delivered(runs, clients, hz):
    """The smallest share of what should have come, over all windows of the program."""
    return min(run["window"]["events"] / (clients * hz * run["window"]["secs"]) for _, run in runs)


def crowds(bench, plan):
    """One room of 1,000, 5,000 and 10,000 clients; the latency at 1,000; how cost grows from 100 to 10,000."""
    needs = bench.missing("fanout", "limit", "mqttload", "mosquitto")
    costs = {}
    for clients in (100, 1000, 5000, 10_000):
        name = f"fan-out, one room of {clients:,} clients at 10 Hz"
        if needs:
            yield Row(name, "CPU per delivery, times floor", 1.10, reason=needs)
            continue
        runs = in_turn(bench, clients, 1, 10, plan)
        ratios = [cost(program) / cost(floor) for floor, program in runs]
        costs[clients] = median([cost(program) for _, program in runs])
        detail = {"ratios": spread(ratios), "us_per_delivery": round(costs[clients], 2),
                  "floor_us": round(median([cost(floor) for floor, _ in runs]), 2),
                  "delivered": round(delivered(runs, clients, 10), 4)}
        if clients > 100:
            yield Row(name, "CPU per delivery, times floor", 1.10, median(ratios), detail)
        if clients == 1000:
            yield from latency(runs)
    name = "cost as work grows: 100 to 10,000 clients"
    if needs:
        yield Row("latency at 1,000 clients", "p50 and p99, times floor's", 1.3, reason=needs)
        yield Row(name, "most over least CPU per delivery", 1.25, reason=needs)
    else:
        yield Row(name, "most over least CPU per delivery", 1.25, max(costs.values()) / min(costs.values()),
                  {f"us_{clients}": round(value, 2) for clients, value in costs.items()})


def latency(runs):
    for key in ("p50_ms", "p99_ms"):
        ratios = [program["window"][key] / floor["window"][key] for floor, program in runs]
        yield Row(f"latency at 1,000 clients, {key[:3]}", "publish to arrival, times floor's", 1.3, median(ratios),
                  {"ratios": spread(ratios), "ms": spread([program["window"][key] for _, program in runs])})


def many_rooms(bench, plan):
    name, target = "fan-out, 1,000 clients over 50 rooms at 10 Hz", 1.20
    needs = bench.missing("fanout", "limit", "mqttload", "mosquitto")
    if needs:
        yield Row(name, "CPU per delivery, times floor", target, reason=needs)
        return
    runs = in_turn(bench, 1000, 50, 10, plan)
    ratios = [cost(program) / cost(floor) for floor, program in runs]
    yield Row(name, "CPU per delivery, times floor", target, median(ratios),
              {"ratios": spread(ratios), "us_per_delivery": round(median([cost(one) for _, one in runs]), 2),
               "delivered": round(delivered(runs, 1000, 10), 4)})


def fleet(bench, plan):
    """The floor sends each of the 200 readings a second to each of 500 clients with a `send` of its own."""
    name, target = "fleet page: 500 clients watch the same 20 machines at 10 Hz", 0.50
    needs = bench.missing("fanout", "limit", "mqttload", "mosquitto")
    if needs:
        yield Row(name, "CPU per delivery, times one send each", target, reason=needs)
        return
    names = [f"machine{chr(65 + index)}" for index in range(20)]
    watch = json.dumps(["watch", {"machines": names}], separators=(",", ":"))
    ratios, programs = [], []
    with bench.broker() as broker, bench.floor("--hz", 200) as (floor_port, floor_pid), \
            bench.gateway(mqtt=broker) as gateway, bench.load(broker, "--machines", 20, "--hz", 10):
        gateway.wait_committed(20)
        for _ in range(plan.rounds):
            floor = fanout(bench, floor_port, floor_pid, 500, plan.seconds)
            program = fanout(bench, gateway.port, gateway.pid, 500, plan.seconds, "--join", watch)
            ratios.append(cost(program) / cost(floor))
            programs.append(program)
    yield Row(name, "CPU per delivery, times one send each", target, median(ratios), {
        "ratios": spread(ratios), "p99_ms": spread([one["window"]["p99_ms"] for one in programs]),
        "events_per_read": spread([one["window"]["events_per_read"] for one in programs]),
        "delivered": round(min(one["window"]["events"] / (500 * 200 * one["window"]["secs"]) for one in programs), 4)})


def connections(bench, plan):
    """Memory of idle connections, and what a new one costs, each on a fresh process."""
    needs = bench.missing("fanout", "limit", "mqttload", "mosquitto")
    wanted = [("idle WebSocket connection", "websocket", 4.0), ("idle polling session", "polling", 6.0)]
    for name, transport, target in wanted:
        if needs:
            yield Row(name, "resident KiB each", target, reason=needs)
            continue
        found = []
        for _ in range(plan.rounds):
            with bench.gateway() as gateway:
                # What only the start needed is given back two seconds after it, and the code of a connection comes in
                # with the first ones: neither is a connection's.
                time.sleep(3)
                bench.json_of("fanout", "--port", gateway.port, "--n", 50, "--transport", transport, "--no-join",
                              "--secs", 1, "--warm", 1, "--quiet")
                run = bench.json_of("fanout", "--port", gateway.port, "--pid", gateway.pid, "--n", 5000, "--rate", 2500,
                                    "--transport", transport, "--no-join", "--secs", 1, "--quiet")
                found.append(run["rss_per_conn_kib"])
        yield Row(name, "resident KiB each, of 5,000", target, median(found), {"each": spread(found)})
    yield from joins(bench, plan, needs)


def joins(bench, plan, needs):
    rows = [("new connections, join with 10 readings", 10, 5000, 0.15, "ms CPU each"),
            ("join with 1,000 readings of history", 1000, 500, 1.0, "ms CPU each, beyond the connection's")]
    if needs:
        for name, _, _, target, unit in rows:
            yield Row(name, unit, target, reason=needs)
        return
    found = {10: [], 1000: []}
    ramps, failed = [], 0
    with bench.broker() as broker:
        for _ in range(plan.rounds):
            with bench.gateway(mqtt=broker) as gateway:
                bench.json_of("mqttload", "--port", broker, "--machines", 1, "--rate", 5000, "--count", 1500)
                gateway.wait_committed(1500)
                for _, history, clients, _, _ in rows:
                    join = json.dumps(["joinRoom", {"machine": "machineA", "history": history}])
                    run = bench.json_of("fanout", "--port", gateway.port, "--pid", gateway.pid, "--n", clients,
                                        "--rate", 2500, "--secs", 1, "--quiet", "--event", "", "--warm", 1, "--join",
                                        "0" + join)
                    found[history].append(run["server_cpu_ms_per_connect"])
                    if history == 10:
                        ramps.append(run["ramp_s"])
                        failed += run["failed"]
    yield Row(rows[0][0], rows[0][4], 0.15, median(found[10]), {"each": spread(found[10])})
    # The tool opens 2,500 a second, so that 2 s is the least; a tenth more is its own pace.
    yield Row("5,000 new connections", "s, and none fails", 2.2, median(ramps) if failed == 0 else None,
              {"ramps": spread(ramps), "failed": failed}, reason=f"{failed} failed" if failed else None)
    beyond = [large - small for large, small in zip(found[1000], found[10])]
    yield Row(rows[1][0], rows[1][4], 1.0, median(beyond), {"each": spread(beyond)})


def slow_readers(bench, plan):
    name = "slow readers: 100 of 1,000 stop reading"
    needs = bench.missing("fanout", "limit", "mqttload", "mosquitto")
    if needs:
        yield Row(name, "p99 of the others, times before", 1.2, reason=needs)
        return
    ratios, growth = [], []
    with bench.broker() as broker, bench.load(broker, "--machines", 1, "--hz", 50):
        for _ in range(plan.rounds):
            with bench.gateway(mqtt=broker) as gateway:
                gateway.wait_committed(1)
                run = fanout(bench, gateway.port, gateway.pid, 1000, plan.seconds, "--slow", 100, "--slow-rcvbuf", 4096,
                             "--resume", 3, "--post", 2)
                ratios.append(run["window"]["p99_ms"] / run["baseline"]["p99_ms"])
                growth.append({"in_window_kib": run["slow"]["rss_growth_in_window_kib"],
                               "after_close_kib": run["rss_after_close_kib"], "connected_kib":
                               run["rss_connected_kib"], "closed": run["slow"]["closed_by_server_during_window"]})
    yield Row(name, "p99 of the others, times before", 1.2, median(ratios), {"ratios": spread(ratios), "rss": growth})


def saturation(bench, plan):
    """The rate is raised until the 99th percentile passes 100 ms, for `limit --merge` and for the program."""
    name, target = "saturation: 1,000 clients, p99 under 100 ms", 0.45
    needs = bench.missing("fanout", "limit", "mqttload", "mosquitto")
    if needs:
        yield Row(name, "deliveries/s, share of `limit --merge`", target, reason=needs)
        return

    def highest(measure):
        best = 0
        for hz in plan.saturation_hz:
            run = measure(hz)["window"]
            if run["p99_ms"] >= 100 or run["msgs_per_s"] < 0.9 * hz * 1000:
                break
            best = run["msgs_per_s"]
        return best

    def floor(hz):
        with bench.floor("--hz", hz, "--merge", 512) as (port, pid):
            return fanout(bench, port, pid, 1000, 3)

    def program(hz):
        with bench.broker() as broker, bench.gateway(mqtt=broker) as gateway, \
                bench.load(broker, "--machines", 1, "--rate", hz, "--tick", 5):
            gateway.wait_committed(1)
            return fanout(bench, gateway.port, gateway.pid, 1000, 3)

    shares, figures = [], []
    for _ in range(plan.long_rounds):
        least, ours = highest(floor), highest(program)
        figures.append({"floor": round(least), "program": round(ours)})
        shares.append(ours / least if least else 0)
    yield Row(name, "deliveries/s, share of `limit --merge`", target, median(shares), {"deliveries_per_s": figures},
              at_least=True)
