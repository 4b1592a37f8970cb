using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using PublicApiGenerator;

namespace Mmap.Spans.Tests;

/// <summary>
/// The public surface as text: the output of the generator, with the two parts that it leaves out. Those are
/// <c>readonly</c> on members of structs, which calls through <c>in</c> need, and the members that the compiler adds to
/// a record.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        string generated = assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
            // The view of a debugger is not part of the contract.
            ExcludeAttributes =
            [
                "System.Diagnostics.DebuggerDisplayAttribute", "System.Diagnostics.DebuggerTypeProxyAttribute",
            ],
        }).ReplaceLineEndings("\n").Trim();

        var text = new StringBuilder();
        Type? type = null;
        foreach (string line in generated.Split('\n'))
        {
            if (line.StartsWith("    public ", StringComparison.Ordinal)) type = TypeOf(line, assembly);
            if (line == "    }" && type is not null)
                text.Append(string.Concat(MadeByTheCompiler(type).Select(member => $"        {member}\n")));
            text.Append(type is null ? line : WithReadOnly(line, type)).Append('\n');
        }

        return text.ToString();
    }

    private static Type TypeOf(string line, Assembly assembly)
    {
        string[] words = line.Split([' ', '{'], StringSplitOptions.RemoveEmptyEntries);
        int kind = Array.FindIndex(words, word => word is "class" or "struct" or "enum" or "interface");
        return assembly.GetType($"Mmap.Spans.{words[kind + 1]}", throwOnError: true)!;
    }

    private static string WithReadOnly(string line, Type type)
    {
        const string Public = "        public ";
        if (!type.IsValueType || type.IsEnum || IsReadOnly(type) || !line.StartsWith(Public, StringComparison.Ordinal))
            return line;

        MethodInfo? member = type.GetMethods(Declared)
            .FirstOrDefault(method => line.Contains($" {method.Name}(")
                || line.Contains($" {method.Name.Replace("get_", "")} {{"));
        return member is not null && IsReadOnly(member) ? line.Insert(Public.Length, "readonly ") : line;
    }

    private static bool IsReadOnly(MemberInfo member) => member.IsDefined(typeof(IsReadOnlyAttribute), inherit: false);

    /// <summary>The public members that the compiler adds to a record, by their names and parameters.</summary>
    private static IEnumerable<string> MadeByTheCompiler(Type type) =>
        type.GetMethods(Declared)
            .Where(method => method.IsDefined(typeof(CompilerGeneratedAttribute), false))
            .Where(method => type.GetProperties(Declared).All(property => !property.GetAccessors().Contains(method)))
            .Select(method => $"// record: {method.Name}({string.Join(", ", method.GetParameters().Select(TextOf))})")
            .Order(StringComparer.Ordinal);

    private static string TextOf(ParameterInfo parameter) =>
        (parameter.IsOut ? "out " : "") + parameter.ParameterType.Name.TrimEnd('&');
}
