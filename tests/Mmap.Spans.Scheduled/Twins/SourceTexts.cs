using System.Reflection;

namespace Mmap.Spans.Scheduled.Twins;

/// <summary>The texts that travel with this assembly, and the assemblies they are compiled against.</summary>
internal static class SourceTexts
{
    /// <summary>The texts whose names begin so, by name.</summary>
    public static Dictionary<string, string> Under(params string[] folders)
    {
        Assembly assembly = typeof(SourceTexts).Assembly;
        var texts = new Dictionary<string, string>();
        foreach (string name in assembly.GetManifestResourceNames())
        {
            string file = name.Replace('\\', '/');
            if (!folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal))) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            texts.Add(file, reader.ReadToEnd().ReplaceLineEndings("\n"));
        }

        return texts;
    }

    /// <summary>The framework's assemblies.</summary>
    public static IEnumerable<string> Framework()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return Directory.EnumerateFiles(framework, "System.*.dll")
            .Concat(Directory.EnumerateFiles(framework, "Microsoft.Win32.*.dll"))
            .Where(path => !path.EndsWith(".Native.dll", StringComparison.Ordinal));
    }
}
