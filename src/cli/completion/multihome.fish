# fish completion of multihome. Once: multihome completion fish > ~/.config/fish/completions/multihome.fish
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
