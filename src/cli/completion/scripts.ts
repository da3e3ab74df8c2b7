// Completion scripts of the shells: each calls `multihome __complete WORD...`, and the shell completes paths.

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/**
 * Readline also splits words at `=` and `:`. The script joins them again, and readline replaces only the part after the
 * last of these characters.
 */
const bash = `# bash completion of multihome. In ~/.bashrc: source <(multihome completion bash)
_multihome() {
  local rest=\${COMP_LINE:0:COMP_POINT} spaces word line further
  local -a words=()
  local i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    spaces=\${rest%%[![:space:]]*}
    rest=\${rest:\${#spaces}}
    word=\${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$rest
    rest=\${rest:\${#word}}
    if [[ -z $spaces && \${#words[@]} -gt 0 ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
  done
  local current=\${words[\${#words[@]}-1]} cut=
  [[ $current != *[=:]* ]] || cut=\${current%"\${current##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) further=\${line#:} ;;
      *) line=\${line%%$'\\t'*} COMPREPLY+=("\${line#"$cut"}") ;;
    esac
  done < <(multihome __complete "\${words[@]:1}" 2>/dev/null)
  case $further in
    files) ;;
    folders) compopt +o default +o bashdefault -o dirnames ;;
    *) compopt +o default +o bashdefault ;;
  esac
}
complete -o bashdefault -o default -F _multihome multihome
`

const zsh = `#compdef multihome
# zsh completion of multihome. In ~/.zshrc, after compinit: source <(multihome completion zsh)
_multihome() {
  local line further
  local -a candidates
  for line in "\${(@f)$(multihome __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      :*) further=\${line#:} ;;
      *$'\\t'*) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) candidates+=("\${line//:/\\\\:}") ;;
    esac
  done
  (( $#candidates )) && _describe -V multihome candidates
  case $further in
    files) compset -P '--*='; _files ;;
    folders) compset -P '--*='; _path_files -/ ;;
  esac
}
if [[ \${zsh_eval_context[-1]} == loadautofunc ]]; then
  _multihome "$@"
else
  compdef _multihome multihome
fi
`

const fish = `# fish completion of multihome. Once: multihome completion fish > ~/.config/fish/completions/multihome.fish
function __multihome_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l lines (multihome __complete $words[2..-1] "$current" 2>/dev/null)
  set -l prefix (string match -r -- '^--[^=]+=' "$current")
  set -l value (string replace -r -- '^--[^=]+=' '' "$current")
  for line in $lines
    switch $line
      case ':files'
        for path in (__fish_complete_path "$value")
          echo "$prefix$path"
        end
      case ':folders'
        for path in (__fish_complete_directories "$value" '')
          echo "$prefix$path"
        end
      case ':*'
      case '*'
        echo "$line"
    end
  end
end
complete -c multihome -e
complete -c multihome -f -k -a '(__multihome_complete)'
`

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish }
