# Completion of mspans for PowerShell: mspans completion pwsh | Out-String | Invoke-Expression
# The program itself knows what can follow. Where it names nothing, PowerShell completes file names.
Register-ArgumentCompleter -Native -CommandName mspans -ScriptBlock {
    param($word, $command, $position)
    $line = "$command".PadRight($position).Substring(0, $position)
    & mspans "[suggest:$($line.Length)]" $line 2>$null |
        Where-Object { $_ -like "$word*" -and (-not $_.StartsWith('-') -or "$word".StartsWith('-')) } |
        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
