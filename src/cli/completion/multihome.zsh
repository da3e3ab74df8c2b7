#compdef multihome
# zsh completion of multihome. In ~/.zshrc, after compinit: source <(multihome completion zsh)
_multihome() {
  local line further
  local -a candidates
  for line in "${(@f)$(multihome __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      :*) further=${line#:} ;;
      *$'\t'*) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) candidates+=("${line//:/\\:}") ;;
    esac
  done
  (( $#candidates )) && _describe -V multihome candidates
  case $further in
    files) compset -P '--*='; _files ;;
    folders) compset -P '--*='; _path_files -/ ;;
  esac
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _multihome "$@"
else
  compdef _multihome multihome
fi
