# bash completion of multihome. In ~/.bashrc: source <(multihome completion bash)
_multihome() {
  local rest=${COMP_LINE:0:COMP_POINT} spaces word line further
  local -a words=()
  local i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    spaces=${rest%%[![:space:]]*}
    rest=${rest:${#spaces}}
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$rest
    rest=${rest:${#word}}
    if [[ -z $spaces && ${#words[@]} -gt 0 ]]; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
  done
  local current=${words[${#words[@]}-1]} cut=
  [[ $current != *[=:]* ]] || cut=${current%"${current##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) further=${line#:} ;;
      *) line=${line%%$'\t'*} COMPREPLY+=("${line#"$cut"}") ;;
    esac
  done < <(multihome __complete "${words[@]:1}" 2>/dev/null)
  case $further in
    files) ;;
    folders) compopt +o default +o bashdefault -o dirnames ;;
    *) compopt +o default +o bashdefault ;;
  esac
}
complete -o bashdefault -o default -F _multihome multihome
