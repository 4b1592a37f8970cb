# Functions for scripts that use the packages as a stranger would; to be sourced.

# Makes a folder in which a restore takes our packages from one place and everything else from the machine's own source,
# into a store of its own, so that no package of an earlier day can stand in: stranger_folder FOLDER PACKAGES
stranger_folder() {
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en NUGET_PACKAGES=$1/packages
    cat >"$1/NuGet.config" <<END
<configuration>
  <packageSources>
    <add key="ours" value="$2" />
  </packageSources>
  <packageSourceMapping>
    <packageSource key="ours"><package pattern="Mmap.Spans*" /></packageSource>
    <packageSource key="nuget.org"><package pattern="*" /></packageSource>
  </packageSourceMapping>
</configuration>
END
}

# A new console project with Mmap.Spans in the current folder, which is then the project's: stranger_project NAME [PROGRAM]
stranger_project() {
    dotnet new console -o "$1" --force >/dev/null
    cd "$1"
    dotnet add package Mmap.Spans >/dev/null
    [ $# -lt 2 ] || cp "$2" Program.cs
}
