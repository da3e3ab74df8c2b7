#!/bin/sh
# Applies the files of this tree to the host that it runs on, and reverts them unless they are confirmed in time.
# The same program for every host and target; what differs is data, in apply.conf beside it. `apply.sh --help` explains.
#
# Everything that a revert needs is in /var/lib/multihome/pending, whose `mv` into place is the first change:
#   apply.sh, new.conf, previous.conf   this program, the data of the new files, and of the previous ones if any
#   new/, old/, old.list                the new files; the files before, and what is known of each
#   kernel/                             rules, routes, addresses, links and sysctls before
#   phase                               how far the application has come: see PHASES below
#   decision                            once it is there: confirmed or reverting, and on the next line the reason
# PHASES: prepared, before-files, files, steps, waiting.

# shellcheck disable=SC2015 # `a && b || c` on purpose: c says what failed
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
unset IFS CDPATH ENV BASH_ENV
umask 077

state=/var/lib/multihome
pending=$state/pending
# Seconds: for a step, for the kernel to have the expected rules and routes, for a stack to settle after a revert.
step_limit=180
check_limit=30
settle_limit=20
newline='
'

usage() {
	cat <<'END'
usage: apply.sh [--confirm-within SECONDS] [--check-command COMMAND]
       apply.sh --confirm | --revert | --status | --dry-run | --print | --help

Applies the files of this tree (the folder above .multihome) to this host, as root: backs up what they replace,
installs them, runs the steps of the stack, and reads the kernel's rules and routes back. Then it waits to be
confirmed, and reverts files and kernel state unless that happens in time.

  --confirm-within SECONDS  how long it waits for --confirm (default 120); 0: do not wait, confirm once the kernel has
                            the expected rules and routes
  --check-command COMMAND   confirm as soon as this shell command exits 0; revert if it never does within the time
  --confirm                 keep the files that are waiting; say it from a new session, which shows that you can log in
  --revert                  revert the files that are waiting, now
  --status                  say whether files are waiting, and for how long
  --dry-run                 change nothing; list the files and steps that would change the host
  --print                   list all files and steps of this tree
  --help                    this text

It also reverts when a step fails, when expected rules or routes are missing, when the session that started it ends,
when the default gateways stop answering, and at the next boot if the host reboots before the confirmation.

Exit status: 0 applied and confirmed, or nothing to do; 1 reverted: files and kernel state are as before, or nothing
waits for --confirm; 2 wrong usage; 3 refused, nothing was changed: wrong stack, or something is missing; 4 another
application is active; 5 reverted, but not all could be restored: the messages say what.

Backups: /var/lib/multihome/pending until confirmed, /var/lib/multihome/previous afterwards.
END
}

say() {
	printf 'apply.sh: %s\n' "$*"
}

complain() {
	printf 'apply.sh: %s\n' "$*" >&2
}

stop() { # STATUS MESSAGE
	status=$1
	shift
	complain "$*"
	exit "$status"
}

# ───── Data ─────
# A line of apply.conf is a keyword and its value. Nothing of it is evaluated but the steps, which are commands.

items() { # KEYWORD FILE
	[ ! -r "$2" ] || sed -n "s/^$1 //p" "$2"
}

item() { # KEYWORD FILE
	items "$1" "$2" | head -n 1
}

# Each step with the reason for it, which is on the line above.
print_steps() { # KEYWORD FILE
	awk -v keyword="$1" '
		$1 == "why" { why = substr($0, 5); next }
		$1 == keyword { print "  " substr($0, length(keyword) + 2) (why == "" ? "" : "    # " why) }
		{ why = "" }' "$2"
}

# ───── Processes ─────

now() {
	# Seconds since boot: the clock may be set while the network changes.
	read -r uptime _ </proc/uptime
	printf '%s\n' "${uptime%.*}"
}

pause() {
	sleep 0.3 2>/dev/null || sleep 1
}

# Start time and parent of a process, in `start` and `parent`; fails where it has ended.
look_at() { # PID
	start='' parent=''
	line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# The name may hold blanks and parentheses; 20 fields behind it is the start time.
	# shellcheck disable=SC2086 # words on purpose
	set -- ${line##*) }
	[ "${1-Z}" != Z ] || return 1
	parent=$2
	shift 19
	start=$1
}

# Whether the process that a file names by number and start time still runs.
runs_still() { # FILE
	while read -r pid began; do
		look_at "$pid" && [ "$start" = "$began" ] || return 1
	done 2>/dev/null <"$1"
}

# This process and its ancestors up to the daemon that is a child of init: a shell, sudo, sshd for this connection.
session_processes() {
	pid=$$
	while look_at "$pid"; do
		[ "$pid" = "$$" ] || [ "$parent" -gt 1 ] || return 0
		printf '%s %s\n' "$pid" "$start"
		[ "$parent" -gt 1 ] || return 0
		pid=$parent
	done
}

# Runs a command of the tree with a time limit, in a session of its own so that all of it can be ended.
run_step() { # COMMAND
	printf 'run: %s\n' "$1"
	setsid timeout "$step_limit" sh -c "$1" </dev/null 8>&- 9>&- &
	child=$!
	look_at "$child" && printf '%s %s\n' "$child" "$start" >"$pending/step"
	wait "$child"
	result=$?
	rm -f "$pending/step"
	[ "$result" -eq 0 ] || printf 'exit %s: %s\n' "$result" "$1"
	return "$result"
}

run_steps() { # KEYWORD FILE
	list=$(mktemp "$pending/steps.XXXXXX") || return 1
	items "$1" "$2" >"$list"
	failed_step=
	while IFS= read -r command <&3; do
		run_step "$command" >>"$pending/log" 2>&1 3<&- || failed_step=${failed_step:-$command}
		# On the way back, all are run; on the way there, none begins once there is a decision against it.
		[ "${3-}" = all ] || { [ -z "$failed_step" ] && is_undecided; } || break
	done 3<"$list"
	rm -f "$list"
	[ -z "$failed_step" ]
}

end_process() { # FILE
	[ -s "$1" ] && runs_still "$1" || return 0
	read -r pid _ <"$1"
	kill -TERM "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null
	tries=0
	while runs_still "$1" && [ "$tries" -lt 10 ]; do
		pause
		tries=$((tries + 1))
	done
	runs_still "$1" || return 0
	kill -KILL "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
}

# Only one application at a time. The lock is held by descriptor 9, which this process shares with its guard.
take_lock() {
	if command -v flock >/dev/null 2>&1; then
		exec 9>>"$state/lock" || return 1
		flock -n 9
		return
	fi
	# Without flock: a folder that names its holders; it is free when all of them have ended.
	tries=0
	until mkdir "$state/lock.d" 2>/dev/null; do
		[ "$tries" -lt 2 ] || return 1
		tries=$((tries + 1))
		for holder in "$state"/lock.d/*; do
			[ ! -s "$holder" ] || ! runs_still "$holder" || return 1
		done
		rm -rf "$state/lock.d"
	done
	hold_lock
}

hold_lock() {
	[ ! -d "$state/lock.d" ] || { look_at $$ && printf '%s %s\n' $$ "$start" >"$state/lock.d/$$"; }
}

# ───── Files ─────

flush() {
	timeout 20 sync -f "$state" 2>/dev/null || timeout 20 sync
	timeout 20 sync -f /etc 2>/dev/null || :
}

enter_phase() { # PHASE
	printf '%s\n' "$1" >"$pending/phase.new" && mv -f "$pending/phase.new" "$pending/phase"
	printf '%s phase: %s\n' "$(now)" "$1" >>"$pending/log"
	flush
}

# A folder in which only root can put things, and so are all above it. A link to a folder must be root's too.
is_root_only() { # FOLDER
	folder=$1
	while :; do
		if [ -h "$folder" ]; then
			[ -n "$(find "$folder" -prune -user 0)" ] || return 1
			is_root_only "$(cd -P -- "$folder" 2>/dev/null && pwd -P)" || return 1
		elif [ -e "$folder" ]; then
			[ -n "$(find "$folder" -prune -type d -user 0 ! -perm -0002 ! -perm -0020)" ] || return 1
		fi
		[ "$folder" != / ] || return 0
		folder=${folder%/*}
		folder=${folder:-/}
	done
}

# Why a file cannot be put at this path; nothing where it can.
path_problem() { # PATH
	case $1 in
	*/../* | */.. | */./* | *//* | */) echo 'is no plain path' ;;
	/var/lib/multihome/* | /proc/* | /sys/* | /dev/* | /run/*) echo 'is no place for a file' ;;
	/*)
		if [ -d "$1" ]; then
			echo 'is a folder, or a link to one'
		elif [ -e "$1" ] && [ ! -f "$1" ] && [ ! -h "$1" ]; then
			echo 'is no ordinary file'
		elif ! is_root_only "${1%/*}"; then
			echo 'is below a folder or symbolic link that others than root can change'
		fi
		;;
	*) echo 'is no absolute path' ;;
	esac
}

# All paths of the data: ordinary files and symbolic links.
paths() { # FILE
	sed -n -e 's/^file [^ ]* [^ ]* //p' -e 's/^symlink [^ ]* //p' "$1"
}

# Paths that were installed and are not in the new data.
removed_paths() {
	[ -r "$state/installed.conf" ] || return 0
	paths "$conf" >"$work/wanted"
	paths "$state/installed.conf" | while IFS= read -r path; do
		grep -qxF -- "$path" "$work/wanted" || printf '%s\n' "$path"
	done
}

file_state() { # PATH: as `ls` has mode and owner
	# shellcheck disable=SC2012 # of one path; names are not read
	ls -ldn -- "$1" | awk '{ print $1, $3, $4 }' | sed 's/^\(..........\)[.+@]*/\1/'
}

# What installing a path would do: same, new, change.
compare_file() { # MODE OWNER PATH | symlink TARGET PATH
	if [ ! -e "$3" ] && [ ! -h "$3" ]; then
		echo new
	elif [ "$1" = symlink ]; then
		if [ -h "$3" ] && [ "$(readlink "$3")" = "$2" ]; then echo same; else echo change; fi
	elif [ ! -h "$3" ] && cmp -s "$tree$3" "$3" && has_mode "$@"; then
		echo same
	else
		echo change
	fi
}

has_mode() { # MODE OWNER PATH
	[ -n "$(find "$3" -prune -perm "$1" -user "${2%:*}" -group "${2#*:}" 2>/dev/null)" ]
}

# One line for each path that differs: new|change|remove PATH.
file_changes() {
	items file "$conf" | while read -r mode owner path; do
		printf '%s %s\n' "$(compare_file "$mode" "$owner" "$path")" "$path"
	done
	items symlink "$conf" | while read -r target path; do
		printf '%s %s\n' "$(compare_file symlink "$target" "$path")" "$path"
	done
	removed_paths | while IFS= read -r path; do
		if [ -e "$path" ] || [ -h "$path" ]; then printf 'remove %s\n' "$path"; fi
	done
}

# Puts a copy beside the path and renames it: the file is the old one or the new one at any time.
place() { # SOURCE PATH [MODE OWNER]
	beside=$(mktemp "${2%/*}/.multihome.XXXXXX") || return 1
	if [ -h "$1" ]; then
		rm -f "$beside" && cp -a -- "$1" "$beside"
	elif [ -n "${3-}" ]; then
		cat "$1" >"$beside" && chown "$4" "$beside" && chmod "$3" "$beside"
	else
		cp -a -- "$1" "$beside"
	fi && mv -f -- "$beside" "$2" || {
		rm -f "$beside"
		return 1
	}
	if [ -n "${3-}" ] && command -v restorecon >/dev/null 2>&1; then restorecon -F "$2" 2>/dev/null; fi
	return 0
}

install_files() {
	while IFS= read -r folder; do
		[ -d "$folder" ] || { mkdir -m 0755 -- "$folder" && chmod 0755 "$folder"; } || return 1
	done <"$pending/folders"
	while read -r mode owner path; do
		[ -n "$path" ] || continue
		[ "$(compare_file "$mode" "$owner" "$path")" = same ] ||
			place "$pending/new$path" "$path" "$mode" "$owner" || return 1
		is_undecided || return 1
	done <<-END
		$(items file "$pending/new.conf")
	END
	while read -r target path; do
		[ -n "$path" ] || continue
		[ "$(compare_file symlink "$target" "$path")" = same ] || place "$pending/new$path" "$path" || return 1
	done <<-END
		$(items symlink "$pending/new.conf")
	END
	while IFS= read -r path; do
		rm -f -- "$path" || return 1
	done <"$pending/removed"
}

# The files before: copied with their modes, owners and times; what was not there is noted.
back_up_files() {
	: >"$work/old.list"
	{
		paths "$conf"
		cat "$work/removed"
	} >"$work/all"
	while IFS= read -r path; do
		if [ -e "$path" ] || [ -h "$path" ]; then
			mkdir -p "$work/old${path%/*}" && cp -a -- "$path" "$work/old$path" || return 1
			printf 'present %s\n' "$path" >>"$work/old.list"
		else
			printf 'absent %s\n' "$path" >>"$work/old.list"
		fi
	done <"$work/all"
	# Folders that have to be created, parents first.
	while IFS= read -r path; do
		missing=
		folder=${path%/*}
		while [ -n "$folder" ] && [ ! -d "$folder" ]; do
			missing="$folder$newline$missing"
			folder=${folder%/*}
		done
		printf '%s' "$missing"
	done <"$work/all" | awk '!seen[$0]++' >"$work/folders"
}

restore_files() {
	while read -r was path; do
		[ ! -d "${path%/*}" ] || rm -f "${path%/*}"/.multihome.??????
		case $was in
		present)
			mkdir -p "${path%/*}" && place "$pending/old$path" "$path" || problem "$path could not be restored"
			;;
		absent) rm -f -- "$path" || problem "$path could not be removed" ;;
		esac
	done <"$pending/old.list"
	# Innermost first; one that somebody else uses by now stays.
	sort -r "$pending/folders" | while IFS= read -r folder; do rmdir -- "$folder" 2>/dev/null; done
	return 0
}

# Links by which services start at boot. Steps make and remove them (`systemctl enable`, `rc-update add`).
service_links() {
	for folder in /etc/systemd/system /etc/runlevels /etc/init.d; do
		[ ! -d "$folder" ] || find "$folder" -type l
	done | sort | while IFS= read -r path; do
		case $path in */multihome-revert*) ;; *) printf '%s %s\n' "$path" "$(readlink "$path")" ;; esac
	done
}

restore_service_links() {
	service_links >"$pending/links.now"
	comm -13 "$pending/links" "$pending/links.now" | while read -r path _; do rm -f -- "$path"; done
	comm -23 "$pending/links" "$pending/links.now" | while read -r path target; do
		mkdir -p "${path%/*}"
		ln -sfn -- "$target" "$path"
	done
	cmp -s "$pending/links" "$pending/links.now" || [ "$init" != systemd ] || systemctl daemon-reload
}

# ───── The init system ─────

find_init() {
	init=none
	if [ -d /run/systemd/system ]; then
		init=systemd
	elif [ -d /run/openrc ] && command -v openrc >/dev/null 2>&1; then
		init=openrc
	fi
}

is_active() { # SERVICE
	case $init in
	systemd) systemctl is-active -q "$1" ;;
	openrc) rc-service -q "${1%.service}" status >/dev/null 2>&1 ;;
	*) return 1 ;;
	esac
}

is_enabled() { # SERVICE
	case $init in
	systemd) systemctl is-enabled -q "$1" 2>/dev/null ;;
	openrc) [ -n "$(find /etc/runlevels -name "${1%.service}" 2>/dev/null)" ] ;;
	*) return 1 ;;
	esac
}

is_used() { # SERVICE
	is_active "$1" || is_enabled "$1"
}

# active|inactive SERVICE, for those that the steps start.
service_states() {
	items service "$conf" | while IFS= read -r service; do
		if is_active "$service"; then echo "active $service"; else echo "inactive $service"; fi
	done
}

# What some stacks know beside files and kernel: profiles, links and services that were up.
stack_state() {
	case $(item stack "$conf") in
	NetworkManager | netplan-NetworkManager)
		nmcli -g UUID,STATE connection show --active 2>/dev/null | sed -n 's/:activated$//p'
		;;
	ifupdown) ifquery --state 2>/dev/null | sed 's/=.*//' | grep -vx lo ;;
	netifrc) for service in /run/openrc/started/net.*; do [ ! -h "$service" ] || echo "${service##*/}"; done ;;
	esac
	return 0
}

# Brings up again what was up. Harmless where it is up already.
restore_stack_state() {
	stack=$(item stack "$pending/new.conf")
	while IFS= read -r name <&3; do
		case $stack in
		NetworkManager | netplan-NetworkManager)
			nmcli -g UUID connection show --active 2>/dev/null | grep -qxF -- "$name" ||
				run_step "nmcli --wait 20 connection up uuid $name"
			;;
		ifupdown) case $name in *[!A-Za-z0-9_.:@-]*) ;; *) run_step "ifup $name" ;; esac ;;
		netifrc) case $name in *[!A-Za-z0-9_.:@-]*) ;; *) run_step "rc-service --ifstopped $name start" ;; esac ;;
		esac >>"$pending/log" 2>&1 3<&-
	done 3<"$pending/stack"
	while read -r was service <&3; do
		if [ "$was" = active ]; then
			is_active "$service" || start_or_stop start "$service"
		else
			! is_active "$service" || start_or_stop stop "$service"
		fi >>"$pending/log" 2>&1 3<&-
	done 3<"$pending/services"
}

start_or_stop() { # start|stop SERVICE
	case $init in
	systemd) run_step "systemctl $1 $2" ;;
	openrc) run_step "rc-service ${2%.service} $1" ;;
	esac
}

# A unit that reverts at the next boot, before the network starts.
install_boot_unit() {
	case $init in
	systemd)
		unit=/etc/systemd/system/multihome-revert.service
		mkdir -m 0755 /etc/systemd/system/sysinit.target.wants 2>/dev/null
		cat >"$work/unit" <<-END
			# Made by multihome's apply.sh; removed once the files are confirmed.
			[Unit]
			Description=Revert network files that nobody confirmed before the reboot
			ConditionPathExists=$pending/apply.sh
			DefaultDependencies=no
			RequiresMountsFor=$pending /etc /usr
			After=local-fs.target systemd-remount-fs.service
			Before=network-pre.target systemd-sysctl.service systemd-networkd.service NetworkManager.service
			Before=networking.service sysinit.target shutdown.target
			Wants=network-pre.target
			Conflicts=shutdown.target
			[Service]
			Type=oneshot
			TimeoutStartSec=120
			ExecStart=/bin/sh $pending/apply.sh --boot
		END
		place "$work/unit" "$unit" 0644 root:root &&
			ln -sfn "$unit" /etc/systemd/system/sysinit.target.wants/multihome-revert.service
		;;
	openrc)
		cat >"$work/unit" <<-END
			#!/sbin/openrc-run
			# Made by multihome's apply.sh; removed once the files are confirmed.
			description="Revert network files that nobody confirmed before the reboot"
			depend() {
				need localmount
				before sysctl bootmisc net.lo net
			}
			start() {
				[ ! -e $pending/apply.sh ] || /bin/sh $pending/apply.sh --boot
			}
		END
		place "$work/unit" /etc/init.d/multihome-revert 0755 root:root &&
			ln -sfn /etc/init.d/multihome-revert /etc/runlevels/boot/multihome-revert
		;;
	*) complain 'warning: this init is neither systemd nor OpenRC: a reboot before the confirmation reverts nothing' ;;
	esac
}

remove_boot_unit() {
	rm -f /etc/systemd/system/sysinit.target.wants/multihome-revert.service \
		/etc/systemd/system/multihome-revert.service \
		/etc/runlevels/boot/multihome-revert /etc/init.d/multihome-revert
	rmdir /etc/systemd/system/sysinit.target.wants 2>/dev/null
	return 0
}

# ───── The stack, and what it needs ─────

defines_netplan() {
	command -v netplan >/dev/null 2>&1 &&
		grep -qsE '^[[:space:]]*(ethernets|wifis|bonds|bridges|vlans|vrfs|tunnels):' /etc/netplan/*.yaml
}

defines_interfaces() {
	sed -n 's/^[[:space:]]*iface[[:space:]]\{1,\}\([^[:space:]]*\).*/\1/p' \
		/etc/network/interfaces /etc/network/interfaces.d/* 2>/dev/null | grep -qvx lo
}

# Stacks that run this host's network, by name.
stacks_here() {
	if defines_netplan; then echo netplan; fi
	if is_used systemd-networkd.service; then echo networkd; fi
	if is_used NetworkManager.service; then echo NetworkManager; fi
	if is_used networking.service && defines_interfaces; then echo ifupdown; fi
	if [ "$init" = openrc ] && [ -e /etc/init.d/net.lo ]; then echo netifrc; fi
}

# Why this tree is not for this host; one line each.
stack_problems() {
	stack=$(item stack "$conf")
	here=$(stacks_here | tr '\n' ' ')
	case $stack in
	networkd | NetworkManager)
		case " $here" in
		*' netplan '*) echo "netplan writes the files of this host's network, and this tree is for $stack alone" && return ;;
		esac
		;;
	netplan-*)
		command -v netplan >/dev/null 2>&1 || { echo 'netplan is not installed' && return; }
		stack=${stack#netplan-}
		;;
	esac
	case $stack in
	networkd) program=networkctl ;;
	NetworkManager) program=nmcli ;;
	ifupdown) program=ifup ;;
	netifrc) program=rc-service ;;
	*) program=ip ;;
	esac
	command -v "$program" >/dev/null 2>&1 || { echo "this tree is for $stack, and $program is not installed" && return; }
	case $stack:$(item flavour "$conf") in
	ifupdown:*)
		flavour=ifupdown
		[ ! -d /usr/share/ifupdown2 ] || flavour=ifupdown2
		[ ! -d /usr/libexec/ifupdown-ng ] || flavour=ifupdown-ng
		wanted=$(item flavour "$conf")
		[ "$flavour" = "$wanted" ] || echo "this tree is for $wanted, and this host has $flavour"
		;;
	netifrc:*) [ -e /etc/init.d/net.lo ] || echo 'this tree is for netifrc, and there is no /etc/init.d/net.lo' ;;
	esac
	# Where the tree's own stack runs, others may run beside it: they have other links.
	case " $here" in *" $stack "*) return ;; esac
	if [ "$stack" = iproute2 ] && [ "$(item manage "$conf")" = routing ]; then return; fi
	[ -z "$here" ] || echo "this tree is for $stack, and this host's network is run by ${here% }"
}

version_of() { # iproute2|linux|systemd|NetworkManager|netplan|ifupdown|nftables
	case $1 in
	iproute2) ip -V | sed -n 's/.*iproute2-[a-z]*\([0-9][0-9.]*\).*/\1/p' ;;
	linux) uname -r | sed 's/[^0-9.].*//' ;;
	systemd) systemctl --version | sed -n '1s/^systemd \([0-9.]*\).*/\1/p' ;;
	NetworkManager) NetworkManager --version | sed 's/[^0-9.].*//' ;;
	nftables) nft --version | sed -n 's/^nftables v\([0-9.]*\).*/\1/p' ;;
	netplan) dpkg-query -W -f '${Version}' netplan.io | sed 's/^[0-9]*://; s/[^0-9.].*//' ;;
	esac 2>/dev/null
}

is_older() { # VERSION THAN
	printf '%s %s\n' "$1" "$2" | awk '{
		n = split($1, a, "."); m = split($2, b, ".")
		for (i = 1; i <= n || i <= m; i++) { if (a[i] + 0 < b[i] + 0) exit 0; if (a[i] + 0 > b[i] + 0) exit 1 }
		exit 1
	}'
}

# What this host lacks, one line each.
lacking() {
	for program in ip awk sed sort comm cmp find mktemp timeout setsid $(items program "$conf"); do
		command -v "$program" >/dev/null 2>&1 || echo "the program $program is not installed"
	done
	items version "$conf" | while read -r what least; do
		found=$(version_of "$what")
		[ -z "$found" ] || ! is_older "$found" "$least" || echo "$what is $found, and this tree needs $least"
	done
	items link "$conf" | while IFS= read -r link; do
		ip link show dev "$link" >/dev/null 2>&1 ||
			echo "there is no link $link (fix: give it that name, or say \`optional: true\` in the description)"
	done
}

# ───── The kernel's state ─────
# Every rule, route and address is one line, spelled as `ip` takes it, so that lines can be compared and be commands.

# `exact`: all that is known of it. Else only what a plan says, since stacks differ in the rest (docs/boot-tests.md).
spell_rules() { # exact|plain < `ip -N rule show`, or lines of the data
	awk -v exact="$([ "$1" != exact ] || echo 1)" '
		function number(table) { return table == "main" ? 254 : table == "local" ? 255 : table == "default" ? 253 : table }
		{
			split("", v); negated = action = ""; i = 1
			if ($1 ~ /:$/) { v["pref"] = substr($1, 1, length($1) - 1); i = 2 }
			for (; i <= NF; i++) {
				w = $i
				if (w ~ /^(pref|priority|from|to|tos|dsfield|dscp|fwmark|iif|oif|uidrange|ipproto|sport|dport|tun_id|lookup|table|goto|realms|proto|protocol|suppress_prefixlength|suppress_ifgroup)$/) {
					value = $(++i)
					if (w == "dsfield") w = "tos"
					if (w == "table") w = "lookup"
					if (w == "protocol") w = "proto"
					if (w == "priority") w = "pref"
					v[w] = value
				}
				else if (w == "not") negated = "not "
				else if (w == "l3mdev") v["lookup"] = "[l3mdev-table]"
				else if (w == "6") action = "blackhole"
				else if (w == "7") action = "unreachable"
				else if (w == "8") action = "prohibit"
				else if (w ~ /^(blackhole|unreachable|prohibit|nop)$/) action = w
			}
			if (v["from"] == "all") delete v["from"]
			if (v["to"] == "all") delete v["to"]
			sub(/^ipproto-/, "", v["ipproto"])
			sub(/\/(0xffff|65535)$/, "", v["sport"]); sub(/\/(0xffff|65535)$/, "", v["dport"])
			mark = tolower(v["fwmark"])
			if (mark != "") {
				sub(/\/0xffffffff$/, "", mark)
				if (mark ~ /^0(x0)?$/) mark = "0x0/0xffffffff"
				sub(/^0\//, "0x0/", mark)
				v["fwmark"] = mark
			}
			line = "pref " v["pref"] " " negated
			n = split("from to tos dscp fwmark iif oif uidrange ipproto sport dport tun_id", keys, " ")
			for (k = 1; k <= n; k++) if (v[keys[k]] != "") line = line keys[k] " " v[keys[k]] " "
			if (v["goto"] != "") line = line "goto " v["goto"]
			else if (action != "") line = line action
			else if (v["lookup"] == "[l3mdev-table]") line = line "l3mdev"
			else {
				line = line "lookup " number(v["lookup"])
				if (v["suppress_prefixlength"] != "") line = line " suppress_prefixlength " v["suppress_prefixlength"]
				if (v["suppress_ifgroup"] != "") line = line " suppress_ifgroup " v["suppress_ifgroup"]
			}
			if (exact && v["realms"] != "") line = line " realms " v["realms"]
			if (exact && v["proto"] != "") line = line " protocol " v["proto"]
			print line
		}'
}

# Routes over links that are not in `usable` are left out, where that is not empty. NetworkManager numbers the metrics
# of connected routes anew at each activation, and they decide nothing: `exact` leaves them out there.
spell_routes() { # exact|plain 4|6 [USABLE] < `ip -N -o route show table all`, or lines of the data
	awk -v exact="$([ "$1" != exact ] || echo 1)" -v family="$2" -v usable="${3-}" -v stack="$(item stack "$conf")" '
		function number(table) { return table == "main" ? 254 : table == "local" ? 255 : table == "default" ? 253 : table }
		function named(scope) { return scope == 253 ? "link" : scope == 254 ? "host" : scope == 255 ? "nowhere" : scope == 200 ? "site" : scope }
		BEGIN { split("local broadcast anycast multicast blackhole unreachable prohibit throw nat", types, " ") }
		{
			split("", v); split("", hop); hops = 0; type = ""; extra = ""; flags = ""; skip = 0; i = 1
			if ($1 ~ /^[0-9]+$/ && $1 < 11) { type = $1 == 1 ? "" : types[$1 - 1]; i = 2 }
			else for (t in types) if ($1 == types[t]) { type = $1; i = 2 }
			dst = $(i++)
			via = dev = weight = onlink = ""; multi = 0
			for (; i <= NF + 1; i++) {
				w = i > NF ? "nexthop" : $i
				if (w == "\\") continue
				if (w == "nexthop") {
					if (via != "" || dev != "") {
						if (usable != "" && dev != "lo" && index(usable, " " dev " ") == 0) skip = 1
						hop[++hops] = (via == "" ? "" : "via " via " ") (dev == "" ? "" : "dev " dev " ") (weight == "" ? "" : "weight " weight " ") (exact ? onlink : "")
					}
					if (i <= NF) multi = 1
					via = dev = weight = onlink = ""
				}
				else if (w == "via") { via = $(++i); if (via == "inet6" || via == "inet") via = via " " $(++i) }
				else if (w == "dev") dev = $(++i)
				else if (w == "weight") weight = $(++i)
				else if (w == "onlink") onlink = "onlink "
				else if (w ~ /^(table|metric|src|scope|mtu|tos|proto|protocol|pref|error|expires|nhid|hoplimit|advmss|realm)$/) v[w == "protocol" ? "proto" : w] = $(++i)
				else if (w ~ /^(linkdown|dead|pervasive|offload|trap|rt_offload|rt_trap|cache|lock)$/) continue
				else extra = extra w " "
			}
			if (type ~ /^(blackhole|unreachable|prohibit|throw)$/) hops = 0
			table = v["table"] == "" ? (type == "local" ? 255 : 254) : number(v["table"])
			# Table local follows the addresses, except where NetworkManager has managed lo.
			if (skip || (exact && table == 255 && (family == 6 || hop[1] !~ /^dev lo /))) next
			metric = v["metric"] == "" ? (family == 6 ? 1024 : 0) : v["metric"]
			if (exact && stack ~ /NetworkManager$/ && v["proto"] == 2) metric = 0
			line = (type == "" ? "" : type " ") dst " "
			if (!multi) {
				single = hops ? hop[1] : ""
				sub(/weight [0-9]+ /, "", single)
				line = line single
			}
			if (v["src"] != "") line = line "src " v["src"] " "
			line = line "table " table " "
			if (metric != 0) line = line "metric " metric " "
			if (v["mtu"] != "") line = line "mtu " v["mtu"] " "
			if (exact) {
				if (v["tos"] != "") line = line "tos " v["tos"] " "
				if (v["scope"] != "") line = line "scope " named(v["scope"]) " "
				if (v["proto"] != "") line = line "proto " v["proto"] " "
				if (v["pref"] != "" && v["pref"] != "medium") line = line "pref " v["pref"] " "
				if (v["advmss"] != "") line = line "advmss " v["advmss"] " "
				if (v["hoplimit"] != "") line = line "hoplimit " v["hoplimit"] " "
				line = line extra
			}
			if (multi) {
				# The kernel lists IPv6 next hops in the order of their arrival.
				if (family == 6) for (a = 2; a <= hops; a++) for (b = a; b > 1 && hop[b] < hop[b - 1]; b--) { t = hop[b]; hop[b] = hop[b - 1]; hop[b - 1] = t }
				for (a = 1; a <= hops; a++) line = line "nexthop " hop[a]
			}
			sub(/ $/, "", line)
			print line
		}'
}

spell_addresses() { # < `ip -N -o address show`
	awk '{
		dev = $2; sub(/@.*/, "", dev); local = $4; peer = brd = scope = label = flags = ""
		for (i = 5; i <= NF; i++) {
			if ($i == "\\") break
			if ($i == "peer") { peer = " peer " $(++i) }
			else if ($i == "brd") brd = " broadcast " $(++i)
			else if ($i == "scope") scope = " scope " $(++i)
			else if ($i == "metric" || $i == "proto") i++
			else if ($i ~ /^(noprefixroute|nodad)$/) flags = flags " " $i
			else if ($i ~ /^(secondary|dynamic|tentative|dadfailed|deprecated|temporary|optimistic|mngtmpaddr|stable-privacy|home|autojoin)$/) continue
			else if ($3 == "inet" && $i ~ /\\$/) { label = substr($i, 1, length($i) - 1); label = label == dev ? "" : " label " label; break }
			else if ($3 == "inet" && $i != dev) label = " label " $i
		}
		print local peer brd label scope " dev " dev flags
	}'
}

# Name, up or down, MTU and master of each link.
spell_links() { # < `ip -N -o link show`
	awk '{
		dev = $2; sub(/:$/, "", dev); sub(/@.*/, "", dev)
		state = index("," substr($3, 2, length($3) - 2) ",", ",UP,") ? "up" : "down"
		mtu = ""; master = "-"
		for (i = 4; i < NF; i++) { if ($i == "mtu") mtu = $(i + 1); if ($i == "master") master = $(i + 1) }
		print dev, state, mtu, master
	}'
}

# Links that are there and have carrier, between blanks.
usable_links() {
	printf ' '
	ip -o link show | sed -n 's/^[0-9]*: \([^:@]*\)[@:][^<]*<\([^>]*\)>.*/\1 ,\2,/p' |
		while read -r link flags; do
			case $flags in *,LOWER_UP,*) printf '%s ' "$link" ;; esac
		done
}

kernel_state() { # FOLDER
	for version in 4 6; do
		ip -N "-$version" rule show 2>/dev/null | spell_rules exact | sort >"$1/rules$version"
		ip -N -o "-$version" route show table all 2>/dev/null | spell_routes exact "$version" | sort >"$1/routes$version"
		ip -N -o "-$version" address show 2>/dev/null | spell_addresses | sort >"$1/addresses$version"
	done
	ip -N -o link show | spell_links | sort >"$1/links"
}

# Settings that the tree or its stack may change: those in the data, and all of its links.
sysctls() { # FOLDER
	{
		items sysctl "$conf"
		items sysctl "$state/installed.conf"
		for link in all default $(items link "$conf") $(items created "$conf") lo; do
			for folder in /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf; do
				find "$folder/$link" -type f 2>/dev/null | sed 's,^/proc/sys/,,'
			done
		done
	} | awk '!seen[$0]++' | while IFS= read -r key; do
		case $key in */../*) continue ;; esac
		# Some can only be written, or are secret.
		value=$(cat "/proc/sys/$key" 2>/dev/null) && printf '%s %s\n' "$key" "$(printf '%s' "$value" | tr '\t' ' ')"
	done >"$1/sysctls"
}

# Twice: some settings reset others (forwarding), and `all` is before the links.
restore_sysctls() {
	for round in 1 2; do
		while read -r key value; do
			[ -w "/proc/sys/$key" ] || continue
			[ "$(tr '\t' ' ' 2>/dev/null <"/proc/sys/$key")" = "$value" ] && continue
			printf '%s\n' "$value" 2>/dev/null >"/proc/sys/$key" || [ "$round" = 1 ] ||
				problem "sysctl $key could not be set back to $value"
		done <"$pending/kernel/sysctls"
	done
}

# Lines of one file that another lacks, as commands for `ip -batch`.
commands_for() { # PREFIX HAS LACKS
	comm -23 "$2" "$3" | sed "s/^/$1 /"
}

batch() { # FAMILY
	timeout 30 ip "$1" -force -batch - >>"$pending/log" 2>&1
}

# Corrects by `ip` what the stack has not restored. Only what differs is touched.
correct_kernel() {
	was=$pending/kernel is=$pending/kernel.now
	mkdir -p "$is"
	kernel_state "$is"
	# Links that the new files created; then what differs on those that were there.
	comm -13 "$was/links" "$is/links" | while read -r link _; do
		grep -q "^$link " "$was/links" || ! grep -qxF "created $link" "$pending/new.conf" ||
			ip link delete dev "$link" >>"$pending/log" 2>&1
	done
	comm -23 "$was/links" "$is/links" | while read -r link up mtu master; do
		ip link show dev "$link" >/dev/null 2>&1 || continue
		if [ "$master" = - ]; then ip link set dev "$link" nomaster; else ip link set dev "$link" master "$master"; fi
		ip link set dev "$link" mtu "$mtu"
		ip link set dev "$link" "$up"
	done >>"$pending/log" 2>&1
	restore_sysctls
	for family in 4 6; do
		kernel_state "$is"
		# The first address of a network takes its others along, unless told not to.
		promote_secondaries 1
		commands_for 'address delete' "$is/addresses$family" "$was/addresses$family" | batch "-$family"
		promote_secondaries 0
		commands_for 'address add' "$was/addresses$family" "$is/addresses$family" | batch "-$family"
		kernel_state "$is"
		commands_for 'rule add' "$was/rules$family" "$is/rules$family" | batch "-$family"
		commands_for 'rule delete' "$is/rules$family" "$was/rules$family" | batch "-$family"
		commands_for 'route delete' "$is/routes$family" "$was/routes$family" | batch "-$family"
		# Twice: a next hop may need a route that comes later in the list. Advertised routes come by themselves.
		for round in 1 2; do
			kernel_state "$is"
			commands_for 'route append' "$was/routes$family" "$is/routes$family" | grep -v ' proto 9\( \|$\)' |
				sort -r | sed 's/append/add/' | batch "-$family"
		done
	done
}

promote_secondaries() { # 0|1
	for file in /proc/sys/net/ipv4/conf/*/promote_secondaries; do
		case $1 in
		1) read -r value <"$file" && printf '%s %s\n' "$value" "$file" && echo 1 >"$file" ;;
		esac
	done 2>/dev/null >"$pending/promote.new"
	if [ "$1" = 1 ]; then
		mv -f "$pending/promote.new" "$pending/promote"
	else
		while read -r value file; do echo "$value" >"$file"; done <"$pending/promote" 2>/dev/null
	fi
}

# + what is there and was not, - what was there and is not.
kernel_differences() {
	is=$pending/kernel.now
	mkdir -p "$is"
	kernel_state "$is"
	for name in links addresses4 addresses6 routes4 routes6 rules4 rules6; do
		comm -23 "$pending/kernel/$name" "$is/$name" | sed "s/^/- $name /"
		comm -13 "$pending/kernel/$name" "$is/$name" | sed "s/^/+ $name /"
	done | grep -v '^- routes6 .* proto 9\( \|$\)'
}

# Waits until the stack has restored what it can: nothing differs for a second, or nothing has changed for four.
restore_kernel() {
	deadline=$(($(now) + settle_limit))
	last=none since=$(now)
	while [ "$(now)" -lt "$deadline" ]; do
		differences=$(kernel_differences)
		[ "$differences" = "$last" ] || since=$(now)
		last=$differences
		quiet=$(($(now) - since))
		if [ "$quiet" -ge 4 ] || { [ -z "$differences" ] && [ "$quiet" -ge 1 ]; }; then break; fi
		pause
	done
	restore_sysctls
	for round in 1 2 3; do
		[ -n "$(kernel_differences)" ] || return 0
		correct_kernel
		pause
	done
	kernel_differences | while IFS= read -r line; do problem "not as before: $line"; done
}

# ───── Reading back ─────

# What is not as the data says, one line each; nothing when all is.
check_problems() { # FOLDER
	links=$(usable_links)
	for family in 4 6; do
		ip -N "-$family" rule show 2>/dev/null | spell_rules plain | sort >"$1/is.rules"
		ip -N -o "-$family" route show table all 2>/dev/null | spell_routes plain "$family" | sort >"$1/is.routes"
		items "rule -$family" "$1/new.conf" | spell_rules plain | sort >"$1/want.rules"
		items "route -$family" "$1/new.conf" | spell_routes plain "$family" "$links" | sort >"$1/want.routes"
		comm -23 "$1/want.rules" "$1/is.rules" | sed "s/^/missing: ip -$family rule /"
		comm -23 "$1/want.routes" "$1/is.routes" | sed "s/^/missing: ip -$family route /"
		[ -r "$1/previous.conf" ] || continue
		# What only the previous files say must be gone.
		items "rule -$family" "$1/previous.conf" | spell_rules plain | sort | comm -23 - "$1/want.rules" |
			comm -12 - "$1/is.rules" | sed "s/^/left of the previous files: ip -$family rule /"
		items "route -$family" "$1/new.conf" | spell_routes plain "$family" | sort >"$1/want.routes"
		items "route -$family" "$1/previous.conf" | spell_routes plain "$family" | sort |
			comm -23 - "$1/want.routes" | comm -12 - "$1/is.routes" |
			sed "s/^/left of the previous files: ip -$family route /"
	done
	for link in $(items created "$1/new.conf"); do
		ip link show dev "$link" >/dev/null 2>&1 || echo "missing: link $link"
	done
	for link in $(items link "$1/new.conf"); do
		case $links in *" $link "*) continue ;; esac
		case $(cat "$1/usable") in *" $link "*) echo "link $link has lost its carrier" ;; esac
	done
}

check_kernel() {
	deadline=$(($(now) + check_limit))
	while :; do
		check_problems "$pending" >"$pending/problems"
		[ -s "$pending/problems" ] || return 0
		[ "$(now)" -lt "$deadline" ] && is_undecided || return 1
		pause
	done
}

# Address and link of the next hops of main's preferred default route, the usable one of the lowest metric; `-` for a
# route without a next hop.
default_gateways() { # 4|6
	ip -N -o "-$1" route show default 2>/dev/null | awk '
		function add() { if (dev != "" && !down) hops = hops via " " dev "\n"; via = "-"; dev = ""; down = 0 }
		{
			metric = 0; hops = ""; via = "-"; dev = ""; down = 0
			for (i = 1; i <= NF; i++) {
				if ($i == "via") { via = $(++i); if (via == "inet6") via = $(++i) }
				else if ($i == "dev") dev = $(++i)
				else if ($i == "metric") metric = $(++i)
				else if ($i == "linkdown" || $i == "dead") down = 1
				else if ($i == "nexthop") add()
			}
			add()
			if (hops != "" && (best == "" || metric + 0 < least)) { best = hops; least = metric + 0 }
			else if (hops != "" && metric + 0 == least) best = best hops
		}
		END { printf "%s", best }'
}

# A gateway may drop pings: then the neighbour table says whether it answered ARP or neighbour discovery.
answers() { # ADDRESS LINK
	case $1 in
	-) case $(usable_links) in *" $2 "*) return 0 ;; *) return 1 ;; esac ;;
	fe80:*) target=$1%$2 ;;
	*) target=$1 ;;
	esac
	! timeout 3 ping -c 1 -W 1 "$target" >/dev/null 2>&1 || return 0
	case $(ip neigh show to "$1" dev "$2" 2>/dev/null) in
	*REACHABLE* | *PERMANENT* | *NOARP* | *DELAY* | *PROBE*) return 0 ;;
	esac
	return 1
}

default_gateway_answers() { # 4|6
	default_gateways "$1" >"$work/gateways"
	while read -r address link <&3; do
		if answers "$address" "$link" 3<&-; then return 0; fi
	done 3<"$work/gateways"
	return 1
}

# What worked before, for `network_loss`: families whose default gateways answer, and the address that ssh came from.
working_network() {
	for family in $(items default "$conf"); do
		! default_gateway_answers "$family" || echo "default $family"
	done
	# shellcheck disable=SC2086 # words on purpose
	set -- ${SSH_CONNECTION-}
	case ${1-} in *[!0-9a-fA-F:.]*) return ;; esac
	[ -z "${1-}" ] || ! ip route get "$1" >/dev/null 2>&1 || echo "ssh $1"
}

# What has stopped working; nothing when the network is as good as before.
network_loss() {
	while read -r what value <&4; do
		case $what in
		default) default_gateway_answers "$value" || echo "the IPv$value default gateway does not answer, and the one before did" ;;
		ssh) ip route get "$value" >/dev/null 2>&1 || echo "there is no route to $value, where the session came from" ;;
		esac
	done 4<"$pending/network"
}

# ───── Deciding ─────

# Only one of several processes succeeds: `ln` fails where there is a decision.
decide() { # confirmed|reverting REASON
	printf '%s\n' "$1" "$2" >"$pending/decision.$$" && ln "$pending/decision.$$" "$pending/decision" 2>/dev/null ||
		return 1
	printf '%s decided: %s: %s\n' "$(now)" "$1" "$2" >>"$pending/log"
	flush
}

is_undecided() {
	[ -d "$pending" ] && [ ! -e "$pending/decision" ]
}

is_decided() { # confirmed|reverting
	[ "$(head -n 1 "$pending/decision" 2>/dev/null)" = "$1" ]
}

reason_in() { # FOLDER
	sed -n 2p "$1/decision"
}

# Something that a revert could not restore.
problem() { # MESSAGE
	printf '%s\n' "$*" >>"$pending/incomplete"
}

finish_confirmed() {
	cp "$pending/new.conf" "$state/installed.conf.new" && mv -f "$state/installed.conf.new" "$state/installed.conf"
	echo confirmed >"$state/result"
	remove_boot_unit
	rm -rf "$state/previous"
	flush
	mv "$pending" "$state/previous"
}

# From wherever the application has come to, back to the files and the kernel state before. May be repeated.
revert() {
	: >"$pending/incomplete"
	end_process "$pending/step"
	phase=$(cat "$pending/phase")
	if [ -r "$pending/previous.conf" ]; then
		back=$pending/previous.conf steps=change
	else
		back=$pending/new.conf steps=$(cat "$pending/way-back")
	fi
	if [ "$phase" != prepared ]; then
		[ "$phase" = before-files ] || run_steps "$steps-before" "$back" all ||
			printf 'warning: a step failed on the way back: %s\n' "$failed_step" >>"$pending/log"
		restore_files
		restore_service_links
		run_steps "$steps" "$back" all ||
			printf 'warning: a step failed on the way back: %s\n' "$failed_step" >>"$pending/log"
		restore_stack_state
		restore_kernel
	fi
	finish_reverted
}

finish_reverted() {
	remove_boot_unit
	if [ -s "$pending/incomplete" ]; then echo incomplete; else echo reverted; fi >"$state/result"
	rm -rf "$state/reverted"
	flush
	mv "$pending" "$state/reverted"
}

# Before the network starts: only files; what the kernel had is gone with the reboot.
revert_at_boot() {
	: >"$pending/incomplete"
	decide reverting 'the host rebooted before the confirmation'
	restore_files
	restore_service_links
	run_steps boot "$pending/new.conf" all
	while read -r was service; do
		[ "$was" = active ] || [ "$init" != systemd ] || systemctl --no-block stop "$service"
	done <"$pending/services"
	say "reverted at boot: $(reason_in "$pending")"
	finish_reverted
}

# Ends an application whose processes are all gone.
recover() {
	[ -d "$pending" ] || return 0
	if is_decided confirmed; then
		finish_confirmed
		return
	fi
	say 'an earlier application was interrupted: reverting it first'
	decide reverting 'the application was interrupted'
	revert
	report_revert
}

report_revert() {
	[ ! -s "$state/reverted/incomplete" ] || while IFS= read -r line; do complain "$line"; done <"$state/reverted/incomplete"
}

# ───── The guard ─────
# A process of its own session that outlives the terminal. It decides when time is up or the session or network is
# gone, and carries every decision out. If it is ended, the foreground takes over; else the next run, or the next boot.

start_guard() {
	set -- setsid sh "$pending/apply.sh" --guard
	if [ "$init" = systemd ] && command -v systemd-run >/dev/null 2>&1; then
		# logind may end all processes of a session with it; a scope is no part of the session.
		systemd-run --quiet --scope --collect "$@" </dev/null >>"$pending/log" 2>&1 8>&- &
		await_guard && return 0
	fi
	"$@" </dev/null >>"$pending/log" 2>&1 8>&- &
	await_guard
}

await_guard() {
	tries=0
	while [ ! -s "$pending/guard" ]; do
		[ "$tries" -lt 30 ] || return 1
		tries=$((tries + 1))
		pause
	done
}

guard() {
	trap '' HUP INT QUIT PIPE
	cd / || exit 1
	hold_lock
	work=$pending conf=$pending/new.conf
	look_at $$ && printf '%s %s\n' $$ "$start" >"$pending/guard.new" && mv "$pending/guard.new" "$pending/guard"
	losses=0 next_look=0
	while is_undecided; do
		read -r deadline <"$pending/deadline"
		if [ "$(now)" -ge "$deadline" ]; then
			decide reverting 'nobody confirmed in time'
		elif ! runs_still "$pending/session"; then
			decide reverting 'the session that started it has ended'
		elif [ "$(cat "$pending/phase")" = waiting ] && [ "$(now)" -ge "$next_look" ]; then
			loss=$(network_loss)
			if [ -n "$loss" ]; then losses=$((losses + 1)); else losses=0; fi
			[ "$losses" -lt 3 ] || decide reverting "the network is gone: $loss"
			next_look=$(($(now) + 4))
		fi
		sleep 1
	done
	carry_out
}

carry_out() {
	if is_decided confirmed; then
		finish_confirmed
	elif is_decided reverting; then
		# The foreground may still be installing or waiting for a step.
		head -n 1 "$pending/session" >"$pending/foreground"
		[ "$(cut -d ' ' -f 1 "$pending/foreground")" = $$ ] || pause_foreground
		revert
	fi
}

# It ends its step and changes nothing more once there is a decision; if it does not notice, it is ended.
pause_foreground() {
	end_process "$pending/step"
	tries=0
	while runs_still "$pending/foreground" && [ ! -e "$pending/idle" ] && [ "$tries" -lt 20 ]; do
		pause
		tries=$((tries + 1))
	done
	[ -e "$pending/idle" ] || end_process "$pending/foreground"
}

# ───── Applying ─────

# From the foreground: waits until the guard has carried the decision out, or does it itself.
conclude() {
	echo 2>/dev/null >"$pending/idle"
	while [ -d "$pending" ]; do
		runs_still "$pending/guard" || { [ ! -d "$pending" ] || carry_out; }
		pause
	done
	trap - HUP INT TERM
	case $(cat "$state/result") in
	confirmed)
		say 'confirmed'
		exit 0
		;;
	reverted)
		complain "reverted: $(reason_in "$state/reverted"). Files and kernel state are as before; $state/reverted/log says what was done"
		exit 1
		;;
	*)
		complain "reverted: $(reason_in "$state/reverted"). Not all could be restored:"
		report_revert
		complain "the files before are in $state/reverted/old, the kernel's state before in $state/reverted/kernel"
		exit 5
		;;
	esac
}

give_up() { # REASON
	decide reverting "$1"
	is_decided confirmed || complain "$1: reverting"
	conclude
}

load() {
	conf=$here/apply.conf
	tree=${here%/.multihome}
	[ -r "$conf" ] || stop 2 "there is no $conf: this program belongs into the folder .multihome of a tree that multihome wrote"
	[ "$(item format "$conf")" = 1 ] || stop 2 "$conf has another format than this program knows; render the tree again"
}

# Why nothing can be applied; the answers of all checks.
refusals() {
	lacking
	stack_problems
	paths "$conf" | while IFS= read -r path; do
		why=$(path_problem "$path")
		[ -z "$why" ] || echo "$path $why"
	done
	items file "$conf" | while read -r _ _ path; do
		[ -f "$tree$path" ] && [ ! -h "$tree$path" ] || echo "the tree has no file $tree$path"
	done
	recorded=$(item target "$state/installed.conf")
	[ "${recorded:-$(item target "$conf")}" = "$(item target "$conf")" ] ||
		echo "this host has files for $recorded of an earlier tree: take them away first (docs/targets)"
}

check_all() {
	problems=$(refusals)
	[ -z "$problems" ] && return 0
	printf '%s\n' "$problems" | while IFS= read -r line; do complain "$line"; done
	return 1
}

# Whether these files take the place of earlier ones of ours: recorded, or installed by hand.
is_change() {
	[ ! -r "$state/installed.conf" ] || return 0
	paths "$conf" | while IFS= read -r path; do
		if [ -f "$path" ] && head -n 5 "$path" | grep -q multihome; then echo yes; fi
	done | grep -q yes
}

open_state() {
	[ "$(id -u)" = 0 ] || stop 2 'only root can do that'
	is_root_only /var/lib || stop 3 'others than root can write to /var/lib'
	[ ! -h "$state" ] || stop 3 "$state is a symbolic link"
	mkdir -p "$state" && chmod 0700 "$state" && chown 0:0 "$state" || stop 3 "$state cannot be written"
	rm -rf "$state"/new.??????
}

# Everything that a revert needs, before the first change.
prepare() {
	work=$(mktemp -d "$state/new.XXXXXX") || stop 3 "$state cannot be written"
	trap 'rm -rf "$work"' EXIT
	removed_paths >"$work/removed"
	mkdir "$work/kernel" "$work/new"
	cp "$here/apply.sh" "$work/apply.sh" && cp "$conf" "$work/new.conf" || stop 3 "$state cannot be written"
	[ ! -r "$state/installed.conf" ] || cp "$state/installed.conf" "$work/previous.conf"
	if is_change; then echo change; else echo remove; fi >"$work/way-back"
	while read -r _ _ path; do
		[ -n "$path" ] || continue
		mkdir -p "$work/new${path%/*}" && cat "$tree$path" >"$work/new$path" || stop 3 "$tree$path cannot be copied"
	done <<-END
		$(items file "$conf")
	END
	while read -r target path; do
		[ -n "$path" ] || continue
		mkdir -p "$work/new${path%/*}" && ln -s "$target" "$work/new$path" || stop 3 "$state cannot be written"
	done <<-END
		$(items symlink "$conf")
	END
	tree=$work/new
	file_changes >"$work/changes"
	if ! grep -qv '^same ' "$work/changes" && cmp -s "$conf" "$state/installed.conf" && is_in_sync; then
		say 'nothing to do: the files are installed, and the kernel has the expected rules and routes'
		exit 0
	fi
	back_up_files || stop 3 'not all files could be backed up'
	service_links >"$work/links"
	service_states >"$work/services"
	stack_state >"$work/stack"
	usable_links >"$work/usable"
	kernel_state "$work/kernel"
	sysctls "$work/kernel"
	working_network >"$work/network"
	session_processes >"$work/session"
	echo $(($(now) + 1800 + within)) >"$work/deadline"
	echo prepared >"$work/phase"
	: >"$work/log"
	install_boot_unit || stop 3 'the unit for the next boot could not be installed'
	flush
	mv "$work" "$pending" || stop 3 "$pending could not be made"
	trap - EXIT
	work=$pending tree=$pending/new conf=$pending/new.conf
}

# Like `check_problems`, before there is anything pending.
is_in_sync() {
	usable_links >"$work/usable"
	[ -z "$(check_problems "$work")" ]
}

apply() {
	load
	open_state
	take_lock || stop 4 'another application is active: see apply.sh --status'
	recover
	check_all || stop 3 'refused: nothing was changed'
	prepare
	# A trap runs with the redirections of the command that it interrupts.
	exec 8>&2
	trap 'give_up "the session has ended" >&8 2>&8' HUP
	trap 'give_up "interrupted" >&8 2>&8' INT TERM
	way=$(sed 's/remove/first/' "$pending/way-back")
	if ! start_guard; then
		decide reverting 'the guard did not start'
		carry_out
		stop 3 'refused: the process that would revert did not start; nothing was changed'
	fi
	say "$(grep -cv '^same ' "$pending/changes") files to change; $(item title "$conf"), $way"
	enter_phase before-files
	run_steps "$way-before" "$conf" || give_up "a step failed: ${failed_step:-stopped}"
	enter_phase files
	install_files || give_up 'not all files could be installed'
	enter_phase steps
	run_steps "$way" "$conf" || give_up "a step failed: ${failed_step:-stopped}"
	say 'reading rules and routes back'
	if ! check_kernel; then
		while IFS= read -r line; do complain "$line"; done <"$pending/problems"
		give_up 'the kernel does not have the expected state'
	fi
	echo $(($(now) + within + (within == 0 ? 600 : 0))) >"$pending/deadline.new"
	mv "$pending/deadline.new" "$pending/deadline"
	enter_phase waiting
	await_decision
}

await_decision() {
	if [ -n "$check_command" ]; then
		say "waiting at most $within seconds for: $check_command"
		while is_undecided; do
			! run_step "$check_command" >>"$pending/log" 2>&1 || decide confirmed 'the check command succeeded'
			sleep 1
		done
	elif [ "$within" -eq 0 ]; then
		decide confirmed 'no confirmation was asked for'
	else
		say "applied. Confirm within $within seconds, from a new session: $here/apply.sh --confirm"
		while is_undecided && runs_still "$pending/guard"; do sleep 1; done
		# Without its guard, this process keeps the time.
		while is_undecided; do
			[ "$(now)" -lt "$(cat "$pending/deadline")" ] || decide reverting 'nobody confirmed in time'
			sleep 1
		done
	fi
	conclude
}

# ───── Other commands ─────

no_pending() {
	stop 1 "nothing is waiting to be confirmed$([ ! -r "$state/result" ] || printf ': the last application was %s' "$(cat "$state/result")")"
}

# From another session: decides, and waits until it has been carried out.
decide_from_outside() { # confirmed|reverting REASON
	open_state
	[ -d "$pending" ] || no_pending
	if [ "$1" = confirmed ] && [ "$(cat "$pending/phase")" != waiting ]; then
		stop 4 'the files are still being applied: try again in a moment'
	fi
	decide "$1" "$2" || is_decided "$1" || stop 1 'too late: it is decided already'
	deadline=$(($(now) + 300))
	while [ -d "$pending" ] && [ "$(now)" -lt "$deadline" ]; do
		if take_lock 2>/dev/null; then
			work=$pending conf=$pending/new.conf
			[ ! -d "$pending" ] || carry_out
			break
		fi
		pause
	done
	[ ! -d "$pending" ] || stop 5 "it is not finished; $pending/log says what was done"
	case $1:$(cat "$state/result") in
	confirmed:confirmed) say 'confirmed' ;;
	reverting:reverted) say 'reverted: files and kernel state are as before' ;;
	*)
		report_revert
		exit 5
		;;
	esac
}

show_status() {
	if [ -d "$pending" ]; then
		left=$(($(cat "$pending/deadline") - $(now)))
		case $(cat "$pending/phase") in
		waiting) say "waiting to be confirmed: reverted in $left seconds" ;;
		*) say "being applied: $(cat "$pending/phase")" ;;
		esac
	else
		say 'nothing is waiting to be confirmed'
	fi
	[ ! -r "$state/result" ] || say "the last application was $(cat "$state/result")"
	[ ! -r "$state/installed.conf" ] ||
		say "installed: $(item description "$state/installed.conf"), $(item title "$state/installed.conf")"
}

dry_run() {
	load
	work=$(mktemp -d) || exit 3
	trap 'rm -rf "$work"' EXIT
	status=0
	check_all || status=3
	file_changes | while read -r what path; do [ "$what" = same ] || printf '%-7s %s\n' "$what" "$path"; done
	way=first
	! is_change || way=change
	echo "steps before the files ($way):"
	print_steps "$way-before" "$conf"
	echo "steps after the files ($way):"
	print_steps "$way" "$conf"
	exit "$status"
}

print_all() {
	load
	echo "$(item title "$conf"), from $(item description "$conf")"
	sed -n -e 's/^file /  /p' -e 's/^symlink \([^ ]*\) \(.*\)/  \2 -> \1/p' "$conf"
	for way in first change remove; do
		case $way in
		first) echo 'from nothing to these files:' ;;
		change) echo 'from the previous files to these:' ;;
		remove) echo 'back to a host without these files:' ;;
		esac
		print_steps "$way-before" "$conf"
		echo '  (the files)'
		print_steps "$way" "$conf"
	done
}

here=$(cd -P -- "$(dirname -- "$0")" && pwd -P) || exit 2
within=120
check_command=
action=apply
while [ $# -gt 0 ]; do
	case $1 in
	--confirm-within | --check-command)
		[ $# -ge 2 ] || stop 2 "$1 needs a value"
		case $1 in --confirm-within) within=$2 ;; *) check_command=$2 ;; esac
		shift
		;;
	--confirm-within=*) within=${1#*=} ;;
	--check-command=*) check_command=${1#*=} ;;
	--confirm | --revert | --status | --dry-run | --print | --guard | --boot)
		[ "$action" = apply ] || stop 2 "--$action and $1 exclude each other"
		action=${1#--}
		;;
	--help | -h)
		usage
		exit 0
		;;
	*)
		complain "unknown argument: $1"
		usage >&2
		exit 2
		;;
	esac
	shift
done
case $within in '' | *[!0-9]* | ??????*) stop 2 "--confirm-within needs a number of seconds, not $within" ;; esac
if [ -n "$check_command" ] && [ "$within" -eq 0 ]; then stop 2 '--check-command needs time: --confirm-within is 0'; fi
find_init

case $action in
apply) apply ;;
confirm) decide_from_outside confirmed 'confirmed' ;;
revert) decide_from_outside reverting 'asked for' ;;
status) show_status ;;
dry-run) dry_run ;;
print) print_all ;;
guard) guard ;;
boot)
	open_state
	work=$pending conf=$pending/new.conf
	if is_decided confirmed; then finish_confirmed; else revert_at_boot; fi
	;;
esac
