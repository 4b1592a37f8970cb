#compdef mspans
# Completion of mspans for zsh: source <(mspans completion zsh)
# The program itself knows what can follow. Where it names nothing, zsh completes file names.
_mspans() {
    local -a replies
    local line="${(j: :)${(@)words[2,CURRENT-1]}}"
    # However the command was called, the program knows itself by its name.
    line="mspans ${line:+$line }$PREFIX"
    replies=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
    # Options are offered to those who have begun one.
    [[ $PREFIX == -* ]] || replies=("${(@)replies:#-*}")
    replies=("${(@)replies:#}")
    if (( $#replies )) && compadd -- "${replies[@]}"; then return 0; fi
    _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _mspans mspans
