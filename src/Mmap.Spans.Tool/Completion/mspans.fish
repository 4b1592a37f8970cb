# Completion of mspans for fish: mspans completion fish | source
# The program itself knows what can follow; fish adds file names.
function __mspans_replies
    set -l words (commandline -opc)
    set -l line (string join ' ' -- mspans $words[2..-1] (commandline -ct))
    test -n (commandline -ct); or set line "$line "
    set -l replies (command mspans "[suggest:"(string length -- $line)"]" $line 2>/dev/null)
    # Options are offered to those who have begun one.
    if string match -q -- '-*' (commandline -ct)
        printf '%s\n' $replies
    else
        string match -v -- '-*' $replies
    end
end
complete -c mspans -a '(__mspans_replies)'
