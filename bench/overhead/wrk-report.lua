-- wrk rounds what it prints: whole numbers for the script that called it.
done = function(summary)
	local errors = summary.errors
	local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
	io.write(string.format("report %d %d %d %d\n", summary.duration, summary.requests, summary.bytes, failed))
end
