// Looks into the packages: dotnet run eng/check-packages.cs -- FOLDER
//
// A package can lack its readme, its documentation or its symbols without a warning of the build; its users find out.
// Exit: 0 if everything named below is there, otherwise 1, with a line for each thing that is not.

using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var embeddedSource = new Guid("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
var sourceLink = new Guid("CC110556-A091-4D38-9FEC-25AB9A351A6A");
byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G'];
string[] knownHosts = ["github.com", "gitlab.com", "bitbucket.org", "dev.azure.com"];

string folder = args.Length == 1 ? args[0] : throw new ArgumentException("One argument: the folder with the packages.");
// The folders whose types are internal.
string[] internals = ["Regions", "Files", "Leases", "Memory", "Pipelines", "Diagnostics", "Geometry", "Threading"];
int missing = 0;

CheckPackage("Mmap.Spans", "lib/net10.0/Mmap.Spans.dll", ["lib/net10.0/Mmap.Spans.xml"], "T:Mmap.Spans.MapManager");
CheckPages("Mmap.Spans", ["RULES.md", "CHOOSING.md", "COMPARISON.md", "DESIGN.md", "PARITY.md"]);
CheckAnalyzers("Mmap.Spans", ["Mmap.Spans.Analyzers.dll", "Mmap.Spans.Analyzers.Fixes.dll"]);
CheckPackage("Mmap.Spans.Tool.any", "tools/net10.0/any/mspans.dll",
    ["tools/net10.0/any/DotnetToolSettings.xml", "tools/net10.0/any/Mmap.Spans.dll"]);
CheckToolPackages();
CheckPackage("Mmap.Spans.Lucene", "lib/net10.0/Mmap.Spans.Lucene.dll", ["lib/net10.0/Mmap.Spans.Lucene.xml"],
    "T:Mmap.Spans.Lucene.MappedDirectory");
return missing == 0 ? 0 : 1;

void CheckPackage(string id, string assembly, string[] alsoThere, string? documented = null)
{
    Console.WriteLine($"{id}:");
    using ZipArchive? package = Open(id, "nupkg");
    using ZipArchive? symbols = Open(id, "snupkg");
    if (package is null || symbols is null) return;

    XElement? repository = CheckContents(id, package, alsoThere, documented);
    CheckSymbols(package, symbols, assembly, repository?.Attribute("url")?.Value);
}

// The package that users name has the names of the others; the SDK takes the one for its system.
void CheckToolPackages()
{
    const string Id = "Mmap.Spans.Tool", Native = "linux-x64", Settings = "tools/any/any/DotnetToolSettings.xml";
    Console.WriteLine($"{Id}:");
    using ZipArchive? package = Open(Id, "nupkg");
    if (package is null) return;

    CheckContents(Id, package, [Settings]);
    string settings = Text(package, Settings);
    Check(settings.Contains($"Id=\"{Id}.any\"", StringComparison.Ordinal), "it names the package for any system");
    bool compiled = settings.Contains($"Id=\"{Id}.{Native}\"", StringComparison.Ordinal);
    Check(compiled == Directory.GetFiles(folder, $"{Id}.{Native}.*.nupkg").Length > 0,
        $"it names the package for {Native} if that is there");
    if (!compiled) return;

    Console.WriteLine($"{Id}.{Native}:");
    using ZipArchive? native = Open($"{Id}.{Native}", "nupkg");
    if (native is null) return;
    CheckContents($"{Id}.{Native}", native, [$"tools/any/{Native}/DotnetToolSettings.xml"]);
    Check(Bytes(native, $"tools/any/{Native}/mspans").AsSpan().StartsWith("\u007fELF"u8),
        "the program is one of Linux");
    IEnumerable<ZipArchiveEntry> tools =
        native.Entries.Where(entry => entry.FullName.StartsWith("tools/", StringComparison.Ordinal));
    string[] files = [.. tools.Select(entry => entry.Name)];
    Check(files.Length == 2, $"nothing else lies beside it: {string.Join(' ', files)}");
}

XElement? CheckContents(string id, ZipArchive package, string[] alsoThere, string? documented = null)
{
    XElement nuspec = XDocument.Load(package.GetEntry($"{id}.nuspec")!.Open()).Root!;
    string? Element(string name) =>
        nuspec.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
    Check(Element("license") == "BSD-3-Clause", "the licence is named");
    Check(Element("description") is { Length: > 40 }, "there is a description");
    Check(Element("tags") is { Length: > 0 }, "there are tags");
    Check(Element("icon") is { } icon && Bytes(package, icon).AsSpan().StartsWith(png), "the icon is a picture");
    Check(Element("readme") is { } readme && Text(package, readme).Length > 500, "the readme is there");
    string version = Element("version")!.Split('-')[0];
    bool told = Text(package, "CHANGELOG.md").Contains($"## [{version}]", StringComparison.Ordinal);
    Check(told, $"the changelog tells of {version}");
    CheckLinks(package);
    foreach (string name in alsoThere)
        Check(Bytes(package, name).Length > 0, $"{name} is there");
    if (documented is not null)
    {
        string text = Text(package, alsoThere[0]);
        Check(text.Contains(documented, StringComparison.Ordinal), $"the documentation tells of {documented}");
        IEnumerable<XElement> members = XDocument.Parse(text).Descendants("member");
        string[] inside = [.. members.Select(member => member.Attribute("name")!.Value)
            .Where(name => internals.Any(part => name.Contains($"Mmap.Spans.{part}.", StringComparison.Ordinal)))];
        Check(inside.Length == 0, $"the documentation tells of nothing inside {string.Join(' ', inside.Take(3))}");
    }

    XElement? repository = nuspec.Descendants().FirstOrDefault(element => element.Name.LocalName == "repository");
    Check(repository?.Attribute("commit")?.Value is { Length: 40 }, "the commit is named");
    return repository;
}

void CheckPages(string id, string[] pages)
{
    using ZipArchive? package = Open(id, "nupkg");
    if (package is null) return;
    foreach (string page in pages)
        Check(Text(package, "README.md").Contains($"]({page})", StringComparison.Ordinal),
            $"the readme links to {page}");
}

// A link of a page to a file leads to a file of the same package.
void CheckLinks(ZipArchive package)
{
    var dead = new List<string>();
    int links = 0;
    bool isPage(ZipArchiveEntry entry) => entry.FullName.EndsWith(".md", StringComparison.Ordinal);
    foreach (ZipArchiveEntry page in package.Entries.Where(isPage))
    {
        string text = Regex.Replace(Text(package, page.FullName), "(?ms)^```.*?^```|`[^`\n]*`", "");
        foreach (Match link in Regex.Matches(text, @"\]\(([^)#\s]+)[^)]*\)"))
        {
            string target = link.Groups[1].Value;
            if (Regex.IsMatch(target, "^[a-z]+:")) continue;
            links++;
            string folder = Path.GetDirectoryName(page.FullName)!;
            if (package.GetEntry(Path.Combine(folder, target)) is null) dead.Add($"{page.FullName} to {target}");
        }
    }

    Check(dead.Count == 0, $"its pages link to what is there, {links} times: {string.Join(", ", dead)}");
}

// The rules: in the one folder where a compiler looks, and with no dependencies.
void CheckAnalyzers(string id, string[] assemblies)
{
    const string Folder = "analyzers/dotnet/cs/";
    Console.WriteLine($"{id}, {Folder}:");
    using ZipArchive? package = Open(id, "nupkg");
    if (package is null) return;

    IEnumerable<string> names = package.Entries.Select(entry => entry.FullName);
    string[] there = [.. names.Where(name => name.StartsWith("analyzers/", StringComparison.Ordinal)).Order()];
    Check(there.SequenceEqual(assemblies.Select(name => Folder + name)),
        $"the rules and the fixes are there, and nothing else: {string.Join(' ', there)}");
    Check(!Text(package, $"{id}.nuspec").Contains("CodeAnalysis", StringComparison.Ordinal),
        "the package asks for no compiler");
    foreach (string name in assemblies.Where(name => there.Contains(Folder + name)))
    {
        using var image = new PEReader(new MemoryStream(Bytes(package, Folder + name)));
        MetadataReader metadata = image.GetMetadataReader();
        string nameOf(AssemblyReferenceHandle handle) =>
            metadata.GetString(metadata.GetAssemblyReference(handle).Name);
        string[] references = [.. metadata.AssemblyReferences.Select(nameOf)];
        bool ofTheCompiler(string reference) => reference is "netstandard"
            or "Microsoft.CodeAnalysis" or "Microsoft.CodeAnalysis.CSharp"
            or "System.Collections.Immutable" or "System.Memory";
        bool ofAnEditor(string reference) => reference is "Mmap.Spans.Analyzers"
            or "Microsoft.CodeAnalysis.Workspaces" or "System.Composition.AttributedModel";
        bool isFixes = name.Contains("Fixes", StringComparison.Ordinal);
        Check(references.All(reference => ofTheCompiler(reference) || (isFixes && ofAnEditor(reference))),
            $"{name} loads where it must: {string.Join(' ', references)}");
        Check(image.ReadDebugDirectory().Any(entry => entry.Type == DebugDirectoryEntryType.Reproducible),
            $"{name} was compiled deterministically");
    }
}

void CheckSymbols(ZipArchive package, ZipArchive symbols, string assembly, string? url)
{
    using var image = new PEReader(new MemoryStream(Bytes(package, assembly)));
    var entries = image.ReadDebugDirectory();
    Check(entries.Any(entry => entry.Type == DebugDirectoryEntryType.Reproducible),
        "the compilation was deterministic");
    DebugDirectoryEntry codeView = entries.First(entry => entry.Type == DebugDirectoryEntryType.CodeView);
    Check(image.ReadCodeViewDebugDirectoryData(codeView).Path is var path
        && (!Path.IsPathRooted(path) || path.StartsWith("/_/", StringComparison.Ordinal)),
            "the assembly names no path of the machine that made it");

    byte[] bytes = Bytes(symbols, Path.ChangeExtension(assembly, ".pdb"));
    if (!Check(bytes.Length > 0, "the symbols are there")) return;

    using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(bytes));
    MetadataReader pdb = provider.GetMetadataReader();
    Check(new Guid(pdb.DebugMetadataHeader!.Id.AsSpan()[..16]) == image.ReadCodeViewDebugDirectoryData(codeView).Guid,
        "the symbols are those of the assembly");
    IEnumerable<string> documents = pdb.Documents.Select(handle => pdb.GetString(pdb.GetDocument(handle).Name));
    string[] elsewhere = [.. documents.Where(name => !name.StartsWith("/_/", StringComparison.Ordinal))];
    Check(elsewhere.Length == 0,
        $"the symbols name no path of the machine that made them {string.Join(' ', elsewhere)}");

    var kinds = pdb.CustomDebugInformation.Select(handle => pdb.GetGuid(pdb.GetCustomDebugInformation(handle).Kind))
        .ToList();
    Check(kinds.Count(kind => kind == embeddedSource) >= pdb.Documents.Count(handle =>
        pdb.GetString(pdb.GetDocument(handle).Name).Contains("/src/", StringComparison.Ordinal)),
            "the sources lie in the symbols");
    if (url is not null && knownHosts.Any(host => url.Contains($"//{host}/", StringComparison.Ordinal)))
        Check(kinds.Contains(sourceLink), $"SourceLink leads to {url}");
}

ZipArchive? Open(string id, string extension)
{
    bool hasVersion(string path) => char.IsAsciiDigit(Path.GetFileName(path)[id.Length + 1]);
    string[] found = [.. Directory.GetFiles(folder, $"{id}.*.{extension}").Where(hasVersion)];
    return Check(found.Length == 1, $"there is one .{extension}") ? ZipFile.OpenRead(found[0]) : null;
}

byte[] Bytes(ZipArchive archive, string name)
{
    using var bytes = new MemoryStream();
    using Stream? entry = archive.GetEntry(name)?.Open();
    entry?.CopyTo(bytes);
    return bytes.ToArray();
}

// Some writers begin a text with a byte order mark.
string Text(ZipArchive archive, string name) => Encoding.UTF8.GetString(Bytes(archive, name)).TrimStart('\uFEFF');

bool Check(bool holds, string what)
{
    Console.WriteLine($"  {(holds ? "ok     " : "MISSING")} {what}");
    if (!holds) missing++;
    return holds;
}
