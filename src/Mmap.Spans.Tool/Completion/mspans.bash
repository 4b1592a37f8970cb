# Completion of mspans for bash: source <(mspans completion bash)
# The program itself knows what can follow. Where it names nothing, bash completes file names.
_mspans() {
    local word=${COMP_LINE:0:COMP_POINT} line=${COMP_LINE:0:COMP_POINT} reply
    word=${word##* }
    # However the command was called, the program knows itself by its name.
    line="mspans ${line#* }"
    COMPREPLY=()
    while IFS= read -r reply; do
        # Options are offered to those who have begun one.
        [[ $reply == "$word"* && ( $reply != -* || $word == -* ) ]] && COMPREPLY+=("$reply")
    done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o default -o bashdefault -F _mspans mspans
