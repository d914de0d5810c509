# Runs the shared test server and ends it when no test has used it for a while.
# arguments: DIR GRACE(seconds) PROGRAM ARGS...
#
# Test processes put a file named after their process number into DIR/users. To stop, the description of
# the server is taken away first and the users are counted again; a test registers first and reads the
# description second. So whoever comes last sees the other, and no test is left with a dying server.
dir=$1 grace=$2
shift 2
"$@" >"$dir/postgres.log" 2>&1 &
pg=$!
trap 'kill -INT $pg' TERM INT HUP

alive() { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; }
used() {
	for f in "$dir"/users/*; do
		pid=${f##*/}
		[ "$pid" = '*' ] && continue
		alive "$pid" && return 0
		rm -f "$f"
	done
	return 1
}

idle=0
while kill -0 "$pg" 2>/dev/null; do
	sleep 1
	if used; then
		idle=0
		continue
	fi
	idle=$((idle + 1))
	[ "$idle" -lt "$grace" ] && continue
	mv "$dir/cluster.json" "$dir/stopping.json" 2>/dev/null
	if used; then
		mv "$dir/stopping.json" "$dir/cluster.json" 2>/dev/null
		idle=0
		continue
	fi
	kill -QUIT "$pg"
	wait "$pg"
	rm -rf "$dir/data"
done
rm -f "$dir/cluster.json" "$dir/stopping.json"
